// SPDX-License-Identifier: GPL-3.0-or-later
// What a durable audited event costs against plain SQLite doing the same inserts, and how long a vault of 100,000 events
// takes to open beyond its passphrase.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <sqlcipher/sqlite3.h>
#include <string_view>

#include "core/audit/log.h"
#include "core/crypto/digest.h"
#include "core/vault/vault.h"

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

Result<double> appendToVault(vault::Vault& vault, std::uint64_t from, std::uint64_t to)
{
    const auto start = std::chrono::steady_clock::now();
    for (std::uint64_t i = from; i <= to; ++i) TRY(vault.appendEvent(eventOf(i)));
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

Result<double> openSeconds(const fs::path& file)
{
    const auto start = std::chrono::steady_clock::now();
    TRY_ASSIGN(opened, vault::Vault::open(file, passphrase(), sources()));
    const double seconds = secondsSince(start);
    if (!opened.damage().empty()) return fail(ErrorKind::Internal, toText(opened.damage().front()));
    return seconds;
}

Result<void> run(bool json)
{
    const Folder folder;
    TRY_ASSIGN(vault, vault::Vault::create(folder.path / "vault.db", passphrase(), kCheap, sources()));
    TRY_ASSIGN(audited, appendToVault(vault, 1, kAppended));
    const double plain = appendToPlain(folder.path / "plain.db");
    TRY(appendToVault(vault, kAppended + 1, kOpened));
    vault.lock();
    double open = 1e9;
    for (int i = 0; i < 3; ++i) {
        TRY_ASSIGN(seconds, openSeconds(folder.path / "vault.db"));
        open = std::min(open, seconds);
    }
    const double perSecond = static_cast<double>(kAppended) / audited;
    const double plainPerSecond = static_cast<double>(kAppended) / plain;
    const char* format = json ? "{\"auditedPerSecond\":%.0f,\"plainPerSecond\":%.0f,\"ratio\":%.2f,\"openSeconds\":%.3f}\n"
                              : "audited durable events  %8.0f /s\nplain SQLite, same rows %8.0f /s\nratio                   %8.2f\n"
                                "opening 100,000 events  %8.3f s beyond the passphrase\n";
    std::printf(format, perSecond, plainPerSecond, perSecond / plainPerSecond, open);
    return {};
}

}  // namespace

int main(int argc, char** argv)
{
    const auto done = run(argc > 1 && std::string_view(argv[1]) == "--json");
    if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return done ? 0 : 1;
}
