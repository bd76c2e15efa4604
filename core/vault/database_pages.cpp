// SPDX-License-Identifier: GPL-3.0-or-later
// What concerns a database's file as a whole: its salt, its pages, a copy of it.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <sqlcipher/sqlite3.h>

#include "core/vault/database.h"

namespace quorate::vault {
namespace {

struct FinishBackup {
    void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

}  // namespace

Result<Bytes> Database::startOf(const std::filesystem::path& file, std::size_t count)
{
    sqlite3* connection = nullptr;
    const std::u8string name = file.u8string();
    const int code = sqlite3_open_v2(reinterpret_cast<const char*>(name.c_str()), &connection, SQLITE_OPEN_READONLY, nullptr);
    const std::unique_ptr<sqlite3, Close> owner(connection);
    if (code != SQLITE_OK) return fail(ErrorKind::Unavailable, file.string() + " cannot be opened");
    sqlite3_file* opened = nullptr;
    sqlite3_int64 size = 0;
    const bool known = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&opened)) == SQLITE_OK &&
                       opened->pMethods != nullptr && opened->pMethods->xFileSize(opened, &size) == SQLITE_OK;
    Bytes out(std::min(count, static_cast<std::size_t>(size)));
    if (!known || opened->pMethods->xRead(opened, out.data(), static_cast<int>(out.size()), 0) != SQLITE_OK) {
        return fail(ErrorKind::StorageFailed, file.string() + " cannot be read");
    }
    return out;
}

Result<void> Database::attachCopy(const std::filesystem::path& file, const SecretBytes* key) const
{
    // Attaching reads the first page, so that it is too late afterwards to say how much a page measures.
    TRY_ASSIGN(size, prepare(("PRAGMA cipher_default_page_size = " + std::to_string(kPageBytes)).c_str()));
    TRY(size.run());
    const std::u8string name = file.u8string();
    TRY_ASSIGN(attach, prepare(key != nullptr ? "ATTACH ? AS copy KEY ?" : "ATTACH ? AS copy"));
    attach.bind(std::string_view(reinterpret_cast<const char*>(name.data()), name.size()));
    if (key == nullptr) return attach.run();
    const SecretBytes literal = rawKeyLiteral(*key);
    attach.bind(asText(literal.expose()));
    return attach.run();
}

Result<void> Database::withCopy(const std::filesystem::path& file, const SecretBytes* key, const std::function<Result<void>()>& work) const
{
    TRY(attachCopy(file, key));
    const auto done = work();
    TRY_ASSIGN(detach, prepare("DETACH copy"));
    const auto detached = detach.run();
    TRY(done);
    return detached;
}

Result<void> Database::fillCopy() const
{
    TRY_ASSIGN(copy, prepare("SELECT sqlcipher_export('copy')"));
    TRY(copy.step());
    for (const char* pragma : {"application_id", "user_version"}) {
        TRY_ASSIGN(value, integer((std::string("PRAGMA main.") + pragma).c_str()));
        TRY_ASSIGN(set, prepare((std::string("PRAGMA copy.") + pragma + " = " + std::to_string(value)).c_str()));
        TRY(set.step());
    }
    return {};
}

Result<void> Database::compareCopy() const
{
    const tl::unexpected<Error> differs = fail(ErrorKind::StorageFailed, "copy of the vault does not hold what the vault holds");
    std::vector<std::string> tables;
    TRY_ASSIGN(names, prepare("SELECT name FROM main.sqlite_master WHERE type = 'table'"));
    while (true) {
        TRY_ASSIGN(hasRow, names.step());
        if (!hasRow) break;
        tables.push_back(names.text(0));
    }
    for (const std::string& table : tables) {
        TRY_ASSIGN(same, integer(("SELECT (SELECT count(*) FROM main." + table + ") = (SELECT count(*) FROM copy." + table +
                                  ") AND NOT EXISTS (SELECT * FROM main." + table + " EXCEPT SELECT * FROM copy." + table + ")")
                                     .c_str()));
        if (same == 0) return differs;
    }
    return {};
}

Result<void> Database::exportTo(const std::filesystem::path& file, const SecretBytes* key) const
{
    TRY(withCopy(file, key, [this] { return fillCopy(); }));
    // Attached anew: what is compared comes from the file and not from the pages still in memory.
    return withCopy(file, key, [this] { return compareCopy(); });
}

Result<int> Database::firstDamagedPage() const
{
    TRY_ASSIGN(generation, cipherGeneration());
    return generation < 4 ? firstDamagedPageByCopying() : firstDamagedPageByPragma();
}

Result<int> Database::firstDamagedPageByPragma() const
{
    // One line a page, in order: "HMAC verification failed for page 7", "error reading 4096 bytes from file page 7 at offset 24576".
    TRY_ASSIGN(lines, prepare("PRAGMA cipher_integrity_check"));
    TRY_ASSIGN(hasLine, lines.step());
    if (!hasLine) return 0;
    static constexpr std::string_view kBefore = "page ";
    const std::string line = lines.text(0);
    const std::size_t at = line.find(kBefore);
    int page = 0;
    if (at != std::string::npos) std::from_chars(line.data() + at + kBefore.size(), line.data() + line.size(), page);
    if (page < 1) return fail(ErrorKind::StorageFailed, "the vault's pages cannot be looked through: " + line);
    return page;
}

Result<int> Database::firstDamagedPageByCopying() const
{
    sqlite3* memory = nullptr;
    const int opened = sqlite3_open(":memory:", &memory);
    const std::unique_ptr<sqlite3, Close> owner(memory);
    TRY_ASSIGN(pageSize, integer("PRAGMA page_size"));
    // A read transaction that does not read the schema: without one each step of the backup begins anew after an error. It
    // ends with the connection, which is good for nothing else.
    TRY_ASSIGN(begin, prepare("BEGIN"));
    TRY(begin.run());
    TRY(integer("PRAGMA user_version"));
    const std::string setSize = "PRAGMA page_size = " + std::to_string(pageSize);
    if (opened != SQLITE_OK || sqlite3_exec(memory, setSize.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return fail(ErrorKind::Internal, "no memory for looking through the vault's pages");
    }
    const std::unique_ptr<sqlite3_backup, FinishBackup> pages(sqlite3_backup_init(memory, "main", m_connection.get(), "main"));
    if (!pages) return fail(ErrorKind::Internal, "the vault's pages cannot be looked through");
    int authentic = 0;
    int code = SQLITE_OK;
    while ((code = sqlite3_backup_step(pages.get(), 1)) == SQLITE_OK) ++authentic;
    // A bad page is handed over and the copy fails at the next one, if there is one.
    const bool failsLater = !integer("SELECT count(*) FROM sqlite_master");
    if (code == SQLITE_DONE) return failsLater ? authentic + 1 : 0;
    return std::max(authentic, 1);
}

Result<int> Database::firstMissingPage() const
{
    // Of a file that is shorter than its first page says, SQLite answers nothing without the second; and with it, the SQLite of
    // SQLCipher 4 counts the pages that are there. The first, because it does not read the schema.
    const bool isShorter = !integer("PRAGMA user_version");
    TRY_ASSIGN(lenient, prepare("PRAGMA writable_schema = ON"));
    TRY(lenient.run());
    TRY_ASSIGN(pageSize, integer("PRAGMA page_size"));
    TRY_ASSIGN(pages, integer("PRAGMA page_count"));
    TRY_ASSIGN(strict, prepare("PRAGMA writable_schema = OFF"));
    TRY(strict.run());
    const char* name = sqlite3_db_filename(m_connection.get(), "main");
    std::error_code unknown;
    const auto size = std::filesystem::file_size(std::u8string(name, name + std::strlen(name)), unknown);
    if (unknown || pageSize <= 0) return fail(ErrorKind::StorageFailed, "the size of the vault file cannot be read");
    const auto whole = static_cast<std::int64_t>(size) / pageSize;
    return isShorter || whole < pages ? static_cast<int>(whole) + 1 : 0;
}

Error Database::describeDamage(Error found) const
{
    auto page = firstMissingPage();
    if (!page || *page == 0) page = firstDamagedPage();
    // Without its first page nothing of a database can be read, not even how many there are.
    if (!page) return {ErrorKind::Malformed, "vault file is damaged at page 1"};
    if (*page == 0) return found;
    return {ErrorKind::Malformed, "vault file is damaged at page " + std::to_string(*page)};
}

}  // namespace quorate::vault
