// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/log_store.h"

#include <limits>
#include <utility>

#include "core/crypto/digest.h"

namespace quorate::vault {
namespace {

std::int64_t column(std::uint64_t value)
{
    return static_cast<std::int64_t>(std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max()));
}

Bytes digestOfNote(const std::string& note) { return toBytes(sha256(asBytes(note)).view()); }

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
    TRY_ASSIGN(before, m_database.prepare("SELECT note FROM log_checkpoints WHERE size < ? ORDER BY size DESC LIMIT 1"));
    TRY_ASSIGN(hasFormer, before.bind(column(size)).step());
    TRY_ASSIGN(insert, m_database.prepare("INSERT OR REPLACE INTO log_checkpoints (size, note, former) VALUES (?, ?, ?)"));
    TRY(insert.bind(column(size)).bind(note).bind(hasFormer ? digestOfNote(before.text(0)) : Bytes()).run());
    const Bytes digest = digestOfNote(note);
    TRY_ASSIGN(next, m_database.prepare("UPDATE log_checkpoints SET former = ? "
                                        "WHERE size = (SELECT min(size) FROM log_checkpoints WHERE size > ?)"));
    TRY(next.bind(digest).bind(column(size)).run());
    TRY_ASSIGN(head, m_database.prepare("UPDATE log_head SET checkpoint = ? WHERE (SELECT max(size) FROM log_checkpoints) = ?"));
    return head.bind(digest).bind(column(size)).run();
}

Result<std::vector<DatabaseLogStore::CheckpointBreak>> DatabaseLogStore::checkpointBreaks() const
{
    std::vector<CheckpointBreak> out;
    Bytes newest;
    std::uint64_t size = 0;    // Of the one before.
    std::uint64_t former = 0;  // Of the one before that.
    TRY_ASSIGN(row, m_database.prepare("SELECT size, note, former FROM log_checkpoints ORDER BY size"));
    while (true) {
        TRY_ASSIGN(hasRow, row.step());
        if (!hasRow) break;
        const auto next = static_cast<std::uint64_t>(row.integer(0));
        if (toBytes(row.blob(2)) != newest) out.push_back({former, next == 0 ? 0 : next - 1});
        former = std::exchange(size, next);
        newest = digestOfNote(row.text(1));
    }
    TRY_ASSIGN(head, m_database.prepare("SELECT checkpoint FROM log_head"));
    TRY_ASSIGN(hasHead, head.step());
    if (hasHead && toBytes(head.blob(0)) != newest) out.push_back({former, std::nullopt});
    return out;
}

Result<void> DatabaseLogStore::linkCheckpoints()
{
    std::vector<std::pair<std::uint64_t, std::string>> kept;
    TRY_ASSIGN(row, m_database.prepare("SELECT size, note FROM log_checkpoints ORDER BY size"));
    while (true) {
        TRY_ASSIGN(hasRow, row.step());
        if (!hasRow) break;
        kept.emplace_back(static_cast<std::uint64_t>(row.integer(0)), row.text(1));
    }
    for (const auto& [size, note] : kept) TRY(putCheckpoint(size, note));
    return {};
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
