// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/base/bytes.h"
#include "core/base/secret_bytes.h"
#include "core/vault/key_slots.h"

struct sqlite3;
struct sqlite3_stmt;

namespace quorate::vault {

/// x'...' with 64 hexadecimal digits: SQLCipher then takes the bytes as the key itself and derives nothing.
SecretBytes rawKeyLiteral(const SecretBytes& key);

/// One prepared statement. Parameters are bound in order and copied; a failed bind is reported by step().
class Statement {
public:
    Statement& bind(BytesView blob);
    Statement& bind(std::string_view text);
    Statement& bind(std::int64_t value);

    /// True when a row is there to read.
    Result<bool> step();
    /// For statements that give no row.
    Result<void> run();
    /// Ready to be bound and stepped again.
    void reset();
    /// Columns of the current row; views live until the next step().
    [[nodiscard]] BytesView blob(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] int columns() const;
    /// SQLite's type code of the value and its bytes, for digests over any column.
    [[nodiscard]] std::uint8_t typeOf(int column) const;
    template <std::size_t N>
    [[nodiscard]] Result<FixedBytes<N>> fixed(int column) const
    {
        return FixedBytes<N>::from(blob(column));
    }

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    void keep(int code);

    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
    int m_parameters = 0;
    int m_bindError = 0;
};

/// A SQLCipher connection that holds its file exclusively. The only place that includes SQLite.
class Database {
public:
    /// Of what it writes. SQLCipher sets up its contexts anew for each page, so that small ones cost most of the time of opening.
    static constexpr int kPageBytes = 4096;

    /// "3.4.1", or Internal when the SQLite in this program is not SQLCipher.
    static Result<std::string> cipherVersion();
    /// The leading number of cipherVersion(): names the file format.
    static Result<unsigned> cipherGeneration();
    /// Opens an existing file (an empty one becomes a new database) under a raw 32-byte key, in the format of
    /// `generation`. Unavailable when it is open elsewhere; Malformed, with the number of the first damaged page where there is
    /// one, unless every page carries its right authentication code under this key, they hang together, and each index
    /// leads to each row.
    static Result<Database> open(const std::filesystem::path& file, const SecretBytes& key, unsigned generation);
    /// For looking at what a damaged file still gives: nothing is checked, nothing can be written, and the connection is good
    /// for one statement, since SQLCipher 3 reads no further after a bad page. Malformed when not even the tables' names can
    /// be read.
    static Result<Database> lookInto(const std::filesystem::path& file, const SecretBytes& key, unsigned generation);
    /// The first bytes of a file as they lie there, at most `count`. Read by SQLite's own file layer: opening and closing
    /// the file by other means would drop this process's POSIX locks on it. Unavailable when it cannot be opened.
    static Result<Bytes> startOf(const std::filesystem::path& file, std::size_t count);
    /// Copies everything into `file`, which is empty, in this build's own file format. With no `key`: under this
    /// database's own. The copy is durable when it returns, and was read again and compared row by row.
    Result<void> exportTo(const std::filesystem::path& file, const SecretBytes* key) const;

    Result<void> execute(const char* sql);
    Result<Statement> prepare(const char* sql) const;
    /// The first column of the first row.
    [[nodiscard]] Result<std::int64_t> integer(const char* sql) const;

private:
    struct Close {
        void operator()(sqlite3* connection) const;
    };
    explicit Database(sqlite3* connection) : m_connection(connection) {}
    /// Opened and keyed; nothing is read yet.
    static Result<Database> connect(const std::filesystem::path& file, const SecretBytes& key, unsigned generation, int pageBytes);
    /// Takes the lock and reads the first page, which proves the key and the size of a page.
    Result<void> take();
    Result<void> check();
    Result<void> attachCopy(const std::filesystem::path& file, const SecretBytes* key) const;
    /// After `work` the attached copy is detached, whatever its result.
    Result<void> withCopy(const std::filesystem::path& file, const SecretBytes* key, const std::function<Result<void>()>& work) const;
    [[nodiscard]] Result<void> fillCopy() const;
    [[nodiscard]] Result<void> compareCopy() const;
    /// The first page that the file is too short for; 0 when it is long enough.
    [[nodiscard]] Result<int> firstMissingPage() const;
    /// 0 when every page is authentic.
    [[nodiscard]] Result<int> firstDamagedPage() const;
    [[nodiscard]] Result<int> firstDamagedPageByPragma() const;   ///< With SQLCipher 4, of files of both formats.
    [[nodiscard]] Result<int> firstDamagedPageByCopying() const;  ///< With SQLCipher 3.
    /// `found` with the number of the first damaged page, where there is one.
    [[nodiscard]] Error describeDamage(Error found) const;

    std::unique_ptr<sqlite3, Close> m_connection;
};

/// All or nothing: rolls back unless commit() succeeded.
class Transaction {
public:
    static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept : m_database(std::exchange(other.m_database, nullptr)) {}
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    Result<void> commit();

private:
    explicit Transaction(Database& database) : m_database(&database) {}
    Database* m_database;
};

}  // namespace quorate::vault
