// SPDX-License-Identifier: GPL-3.0-or-later
// What a durable audited event costs against plain SQLite doing the same inserts, and how long a vault of 100,000 events
// takes to open beyond its passphrase.
#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <sqlcipher/sqlite3.h>

#include "bench/vault_bench.h"
#include "core/audit/log.h"
#include "core/crypto/digest.h"
#include "core/vault/key_slot_file.h"
#include "core/vault/rows.h"

using namespace quorate;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kAppended = 10'000;
constexpr std::uint64_t kOpened = 100'000;
constexpr vault::PassphraseCost kCheap{64, 1, 1};

struct Folder {
    fs::path path = fs::temp_directory_path() / ("quorate-bench-" + toHex(*randomFixed<8>(systemRandom())));
    Folder() { fs::create_directories(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder()
    {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

SecretBytes passphrase() { return SecretBytes::copyOf(asBytes("benchmark")); }
vault::Vault::Sources sources() { return {systemClock(), systemRandom()}; }

study::StudyEvent eventOf(std::uint64_t sequence)
{
    study::StudyEvent out;
    out.sequence = sequence;
    out.at = UtcMillis(std::chrono::milliseconds(1795251600000 + static_cast<std::int64_t>(sequence)));
    out.study.bytes.fill(1);
    out.site.bytes.fill(2);
    out.kind = study::EventKind::ReceiptSigned;
    out.digest.bytes.fill(3);
    return out;
}

Result<double> appendToVault(vault::Vault& vault)
{
    const auto start = std::chrono::steady_clock::now();
    for (std::uint64_t i = 1; i <= kAppended; ++i) TRY(vault.appendEvent(eventOf(i)));
    return secondsSince(start);
}

/// The same rows as they lie in the vault, in the same tables, one durable transaction each, without encryption and without
/// computing anything.
double appendToPlain(const fs::path& file)
{
    sqlite3* database = nullptr;
    sqlite3_open(file.string().c_str(), &database);
    sqlite3_exec(database,
                 "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL;"
                 "CREATE TABLE log (entry INTEGER PRIMARY KEY, hash BLOB, leaf BLOB); CREATE TABLE log_head (id INTEGER PRIMARY KEY, tree BLOB);"
                 "CREATE TABLE events (study BLOB, sequence INTEGER, at_ms INTEGER, body BLOB, entry INTEGER, "
                 "PRIMARY KEY (study, sequence)) WITHOUT ROWID; INSERT INTO log_head VALUES (0, x'')",
                 nullptr, nullptr, nullptr);
    sqlite3_stmt* leaf = nullptr;
    sqlite3_stmt* head = nullptr;
    sqlite3_stmt* row = nullptr;
    sqlite3_prepare_v2(database, "INSERT INTO log VALUES (?, zeroblob(32), zeroblob(200))", -1, &leaf, nullptr);
    sqlite3_prepare_v2(database, "UPDATE log_head SET tree = zeroblob(320)", -1, &head, nullptr);
    sqlite3_prepare_v2(database, "INSERT INTO events VALUES (zeroblob(16), ?1, ?1, zeroblob(90), ?1)", -1, &row, nullptr);
    const auto start = std::chrono::steady_clock::now();
    for (std::uint64_t i = 1; i <= kAppended; ++i) {
        sqlite3_exec(database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
        for (sqlite3_stmt* statement : {row, leaf, head}) {
            if (statement != head) sqlite3_bind_int64(statement, 1, static_cast<std::int64_t>(i));
            sqlite3_step(statement);
            sqlite3_reset(statement);
        }
        sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr);
    }
    const double seconds = secondsSince(start);
    for (sqlite3_stmt* statement : {leaf, head, row}) sqlite3_finalize(statement);
    sqlite3_close(database);
    return seconds;
}

/// Events up to the 100,000th, without waiting for the disk: only what is in the file matters to opening it.
Result<void> fillUp(const fs::path& file)
{
    TRY_ASSIGN(slotFile, vault::KeySlotFile::read(vault::KeySlotFile::pathFor(file)));
    const vault::KeySlots& slots = slotFile.sets().front();
    TRY_ASSIGN(key, slots.unwrap(passphrase()));
    TRY_ASSIGN(database, vault::Database::open(file, key, slots.generation()));
    TRY(database.execute("PRAGMA synchronous = OFF"));
    TRY_ASSIGN(ledger, vault::Ledger::open(database, systemClock()));
    for (std::uint64_t i = kAppended + 1; i <= kOpened; ++i) TRY(vault::rows::appendEvent(ledger, eventOf(i)));
    return {};
}

double sha256Us()
{
    const std::clock_t start = std::clock();
    volatile std::uint8_t sink = 0;
    for (std::uint64_t i = 1; i <= kAppended; ++i) sink = sha256(study::encode(eventOf(i))).bytes[0];
    (void)sink;
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC * 1e6 / static_cast<double>(kAppended);
}

/// The best of three: the rest is what else the computer does.
Result<void> measureOpening(const fs::path& file, bench::AppendOutcome& out)
{
    out.open100kSeconds = out.open100kWallSeconds = 1e9;
    for (int i = 0; i < 3; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const std::clock_t processor = std::clock();
        TRY_ASSIGN(opened, vault::Vault::open(file, passphrase(), sources()));
        out.open100kSeconds = std::min(out.open100kSeconds, static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC);
        out.open100kWallSeconds = std::min(out.open100kWallSeconds, secondsSince(start));
        if (!opened.damage().empty()) return fail(ErrorKind::Internal, toText(opened.damage().front()));
    }
    return {};
}

}  // namespace

namespace quorate::bench {

Result<AppendOutcome> measureAppend()
{
    const Folder folder;
    const fs::path file = folder.path / "vault.db";
    constexpr double kUsEach = 1e6 / static_cast<double>(kAppended);
    AppendOutcome out;
    TRY_ASSIGN(vault, vault::Vault::create(file, passphrase(), kCheap, sources()));
    TRY_ASSIGN(audited, appendToVault(vault));
    vault.lock();
    out.appendUs = audited * kUsEach;
    out.plainUs = appendToPlain(folder.path / "plain.db") * kUsEach;
    out.sha256Us = sha256Us();
    TRY(fillUp(file));
    TRY(measureOpening(file, out));
    return out;
}

}  // namespace quorate::bench
