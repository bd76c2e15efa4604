// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/database.h"

#include <array>
#include <charconv>
#include <sqlcipher/sqlite3.h>

namespace quorate::vault {
namespace {

/// The second is SQLCipher 3's own, of vaults made before the first was set.
constexpr std::array kKnownPageBytes{Database::kPageBytes, 1024};

/// SQLite's primary result codes as what the caller can do.
ErrorKind kindOf(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorKind::Unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorKind::Malformed;
    case SQLITE_MISUSE:
    case SQLITE_RANGE: return ErrorKind::Internal;
    default: return ErrorKind::StorageFailed;
    }
}

tl::unexpected<Error> failFor(sqlite3* connection, int code)
{
    if (kindOf(code) == ErrorKind::Unavailable) return fail(ErrorKind::Unavailable, "vault is open in another program");
    if (kindOf(code) == ErrorKind::Malformed) return fail(ErrorKind::Malformed, "vault file is damaged");
    if ((code & 0xff) == SQLITE_FULL) return fail(ErrorKind::StorageFailed, "no space is left for the vault; nothing was stored");
    if ((code & 0xff) == SQLITE_READONLY) {
        return fail(ErrorKind::StorageFailed, "vault file cannot be written: its file or medium is read-only; nothing was stored");
    }
    const char* detail = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
    return fail(kindOf(code), std::string("vault database: ") + detail);
}

}  // namespace

SecretBytes rawKeyLiteral(const SecretBytes& key)
{
    static constexpr char kDigits[] = "0123456789abcdef";
    SecretBytes out(key.size() * 2 + 3);
    const std::span<std::uint8_t> text = out.exposeMutable();
    std::size_t at = 0;
    text[at++] = 'x';
    text[at++] = '\'';
    for (const std::uint8_t byte : key.expose()) {
        text[at++] = static_cast<std::uint8_t>(kDigits[byte >> 4]);
        text[at++] = static_cast<std::uint8_t>(kDigits[byte & 0x0f]);
    }
    text[at] = '\'';
    return out;
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

void Statement::keep(int code)
{
    if (m_bindError == SQLITE_OK) m_bindError = code;
}

Statement& Statement::bind(BytesView blob)
{
    // A null pointer would bind SQL's NULL instead of an empty blob.
    static constexpr std::uint8_t kNothing = 0;
    const void* data = blob.empty() ? &kNothing : blob.data();
    keep(sqlite3_bind_blob64(m_statement.get(), ++m_parameters, data, blob.size(), SQLITE_TRANSIENT));
    return *this;
}

Statement& Statement::bind(std::string_view text)
{
    const char* data = text.empty() ? "" : text.data();
    keep(sqlite3_bind_text64(m_statement.get(), ++m_parameters, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind(std::int64_t value)
{
    keep(sqlite3_bind_int64(m_statement.get(), ++m_parameters, value));
    return *this;
}

Result<bool> Statement::step()
{
    sqlite3* connection = sqlite3_db_handle(m_statement.get());
    if (m_bindError != SQLITE_OK) return failFor(connection, m_bindError);
    const int code = sqlite3_step(m_statement.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return failFor(connection, code);
}

Result<void> Statement::run()
{
    TRY(step());
    return {};
}

void Statement::reset()
{
    sqlite3_reset(m_statement.get());
    m_parameters = 0;
    m_bindError = SQLITE_OK;
}

BytesView Statement::blob(int column) const
{
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(m_statement.get(), column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column))};
}

std::string Statement::text(int column) const { return std::string(asText(blob(column))); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(m_statement.get(), column); }

int Statement::columns() const { return sqlite3_column_count(m_statement.get()); }

std::uint8_t Statement::typeOf(int column) const
{
    return static_cast<std::uint8_t>(sqlite3_column_type(m_statement.get(), column));
}

Result<std::string> Database::cipherVersion()
{
    sqlite3* connection = nullptr;
    const int code = sqlite3_open(":memory:", &connection);
    Database database(connection);
    if (code != SQLITE_OK) return failFor(connection, code);
    TRY_ASSIGN(statement, database.prepare("PRAGMA cipher_version"));
    TRY_ASSIGN(hasRow, statement.step());
    if (!hasRow) return fail(ErrorKind::Internal, "the SQLite in this program is not SQLCipher; a vault would be plaintext");
    return statement.text(0);
}

Result<unsigned> Database::cipherGeneration()
{
    TRY_ASSIGN(version, cipherVersion());
    unsigned generation = 0;
    std::from_chars(version.data(), version.data() + version.size(), generation);
    if (generation < 3) return fail(ErrorKind::Internal, "SQLCipher is " + version + ", want 3 or newer");
    return generation;
}

Result<Database> Database::connect(const std::filesystem::path& file, const SecretBytes& key, unsigned generation,
                                   int pageBytes)
{
    TRY_ASSIGN(own, cipherGeneration());
    sqlite3* connection = nullptr;
    const std::u8string name = file.u8string();
    const int code = sqlite3_open_v2(reinterpret_cast<const char*>(name.c_str()), &connection, SQLITE_OPEN_READWRITE, nullptr);
    Database out(connection);
    if (code != SQLITE_OK) return failFor(connection, code);
    // The function and not `PRAGMA key`: plain SQLite does not have it, so such a program would not even link.
    const SecretBytes literal = rawKeyLiteral(key);
    if (sqlite3_key(connection, literal.expose().data(), static_cast<int>(literal.size())) != SQLITE_OK) {
        return fail(ErrorKind::Internal, "SQLCipher does not take the key");
    }
    if (generation < own) {
        TRY(out.execute(("PRAGMA cipher_compatibility = " + std::to_string(generation)).c_str()));
    }
    TRY(out.execute(("PRAGMA cipher_page_size = " + std::to_string(pageBytes)).c_str()));
    return out;
}

Result<void> Database::take()
{
    TRY(execute("PRAGMA locking_mode = EXCLUSIVE"));
    TRY(execute("PRAGMA synchronous = FULL"));
    TRY(execute("PRAGMA foreign_keys = ON"));
    // KiB. Opening looks at each page three times; whatever the cache does not hold is decrypted as often.
    TRY(execute("PRAGMA cache_size = -65536"));
    TRY(execute("BEGIN EXCLUSIVE; COMMIT"));
    // The SQLite of SQLCipher 4 begins it on a medium that cannot be written, too.
    if (sqlite3_db_readonly(m_connection.get(), "main") == 1) return failFor(m_connection.get(), SQLITE_READONLY);
    TRY(integer("SELECT count(*) FROM sqlite_master"));
    return {};
}

Result<void> Database::check()
{
    // Indices too: an old page of one is authentic, and would hide the rows that came later.
    TRY_ASSIGN(statement, prepare("PRAGMA integrity_check(1)"));
    TRY_ASSIGN(hasRow, statement.step());
    if (!hasRow) return fail(ErrorKind::Malformed, "vault file is damaged");
    if (const std::string found = statement.text(0); found != "ok") {
        // Of SQLite's lines the last one says what; the others, in which database.
        return fail(ErrorKind::Malformed, "vault file is damaged: pages that are whole do not belong together (" +
                                              found.substr(found.rfind('\n') + 1) + ")");
    }
    return {};
}

Result<Database> Database::open(const std::filesystem::path& file, const SecretBytes& key, unsigned generation)
{
    for (const int pageBytes : kKnownPageBytes) {
        TRY_ASSIGN(out, connect(file, key, generation, pageBytes));
        const auto taken = out.take();
        const bool isAnotherSize = !taken && taken.error().kind == ErrorKind::Malformed && !out.firstMissingPage();
        if (isAnotherSize && pageBytes != kKnownPageBytes.back()) continue;
        const auto checked = taken ? out.check() : taken;
        if (checked) return out;
        if (checked.error().kind != ErrorKind::Malformed) return tl::unexpected(checked.error());
        // Another connection: this one's cache holds the bad page as if it were good.
        out.m_connection.reset();
        TRY_ASSIGN(again, connect(file, key, generation, pageBytes));
        return tl::unexpected(again.describeDamage(checked.error()));
    }
    return fail(ErrorKind::Internal, "no size of a page is known");
}

Result<Database> Database::lookInto(const std::filesystem::path& file, const SecretBytes& key, unsigned generation)
{
    for (const int pageBytes : kKnownPageBytes) {
        TRY_ASSIGN(out, connect(file, key, generation, pageBytes));
        // The second: SQLite answers nothing about a file that is shorter than its first page says. The transaction: at its end
        // SQLCipher 3 forgets that a page was bad.
        TRY(out.execute("PRAGMA query_only = ON; PRAGMA writable_schema = ON; BEGIN"));
        if (out.integer("SELECT count(*) FROM sqlite_master")) return out;
    }
    return fail(ErrorKind::Malformed, "nothing in it can be read");
}

Result<void> Database::execute(const char* sql)
{
    const int code = sqlite3_exec(m_connection.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return failFor(m_connection.get(), code);
    return {};
}

Result<Statement> Database::prepare(const char* sql) const
{
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v2(m_connection.get(), sql, -1, &prepared, nullptr);
    if (code != SQLITE_OK) return failFor(m_connection.get(), code);
    Statement out;
    out.m_statement.reset(prepared);
    return out;
}

Result<std::int64_t> Database::integer(const char* sql) const
{
    TRY_ASSIGN(statement, prepare(sql));
    TRY_ASSIGN(hasRow, statement.step());
    if (!hasRow) return fail(ErrorKind::Internal, "query gives no row");
    return statement.integer(0);
}

Result<Transaction> Transaction::begin(Database& database)
{
    TRY(database.execute("BEGIN IMMEDIATE"));
    return Transaction(database);
}

Transaction::~Transaction()
{
    // Nothing to do about a failed rollback: the journal undoes the transaction at the next open.
    if (m_database != nullptr) (void)m_database->execute("ROLLBACK");
}

Result<void> Transaction::commit()
{
    TRY(m_database->execute("COMMIT"));
    m_database = nullptr;
    return {};
}

}  // namespace quorate::vault
