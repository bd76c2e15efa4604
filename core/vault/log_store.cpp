// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/log_store.h"

#include <limits>

namespace quorate::vault {
namespace {

std::int64_t column(std::uint64_t value)
{
    return static_cast<std::int64_t>(std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max()));
}

Result<Statement*> prepared(Database& database, std::optional<Statement>& kept, const char* sql)
{
    if (!kept) {
        TRY_ASSIGN(statement, database.prepare(sql));
        kept = std::move(statement);
    }
    kept->reset();
    return &*kept;
}

}  // namespace

Result<void> DatabaseLogStore::begin(const Uuid& log)
{
    TRY_ASSIGN(statement, m_database.prepare("INSERT INTO log_head (id, log, tree) VALUES (0, ?, x'')"));
    return statement.bind(log.view()).run();
}

Result<Uuid> DatabaseLogStore::id() const
{
    TRY_ASSIGN(statement, m_database.prepare("SELECT log FROM log_head"));
    TRY_ASSIGN(hasRow, statement.step());
    if (!hasRow) return fail(ErrorKind::Malformed, "vault has no audit log");
    return statement.fixed<16>(0);
}

Result<Bytes> DatabaseLogStore::tree() const
{
    TRY_ASSIGN(statement, prepared(m_database, m_readTree, "SELECT tree FROM log_head WHERE id = 0"));
    TRY_ASSIGN(hasRow, statement->step());
    if (!hasRow) return fail(ErrorKind::Malformed, "vault has no audit log");
    Bytes out = toBytes(statement->blob(0));
    statement->reset();
    return out;
}

Result<void> DatabaseLogStore::append(const audit::StoredLeaf& leaf, const Bytes& tree)
{
    TRY_ASSIGN(insert, prepared(m_database, m_insertLeaf, "INSERT INTO log (entry, hash, leaf) VALUES (?, ?, ?)"));
    const auto inserted = insert->bind(column(leaf.index)).bind(leaf.hash.view()).bind(leaf.leaf).run();
    insert->reset();
    TRY(inserted);
    TRY_ASSIGN(update, prepared(m_database, m_updateTree, "UPDATE log_head SET tree = ? WHERE id = 0"));
    const auto updated = update->bind(tree).run();
    update->reset();
    return updated;
}

Result<void> DatabaseLogStore::leaves(std::uint64_t begin, std::uint64_t end,
                                      const std::function<Result<void>(const audit::StoredLeaf&)>& each) const
{
    TRY_ASSIGN(statement, m_database.prepare("SELECT entry, hash, leaf FROM log WHERE entry >= ? AND entry < ? ORDER BY entry"));
    statement.bind(column(begin)).bind(column(end));
    audit::StoredLeaf leaf;
    while (true) {
        TRY_ASSIGN(hasRow, statement.step());
        if (!hasRow) return {};
        leaf.index = static_cast<std::uint64_t>(statement.integer(0));
        // A hash of another length is no hash: the leaf then differs from it.
        leaf.hash = statement.fixed<32>(1).value_or(Digest32{});
        const BytesView bytes = statement.blob(2);
        leaf.leaf.assign(bytes.begin(), bytes.end());
        TRY(each(leaf));
    }
}

Result<void> DatabaseLogStore::putCheckpoint(std::uint64_t size, const std::string& note)
{
    TRY_ASSIGN(statement, m_database.prepare("INSERT OR REPLACE INTO log_checkpoints (size, note) VALUES (?, ?)"));
    return statement.bind(column(size)).bind(note).run();
}

Result<void> DatabaseLogStore::checkpoints(std::uint64_t begin, std::uint64_t end,
                                           const std::function<Result<void>(const std::string& note)>& each) const
{
    TRY_ASSIGN(statement, m_database.prepare("SELECT note FROM log_checkpoints WHERE size >= ? AND size <= ? ORDER BY size"));
    statement.bind(column(begin)).bind(column(end));
    while (true) {
        TRY_ASSIGN(hasRow, statement.step());
        if (!hasRow) return {};
        TRY(each(statement.text(0)));
    }
}

}  // namespace quorate::vault
