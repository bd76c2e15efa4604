// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/verification.h"

#include <algorithm>
#include <unordered_map>

#include "core/crypto/digest.h"
#include "core/vault/projections.h"
#include "core/vault/row_check.h"

namespace quorate::vault {
namespace {

/// What the log says last about a row.
struct Vouched {
    std::uint64_t entry = 0;
    Digest32 digest;
    bool seen = false;
};
/// By table, NUL, key.
using VouchedRows = std::unordered_map<std::string, Vouched>;

std::string rowName(const std::string& table, const std::string& key) { return table + '\0' + key; }

/// Hands each leaf that passes to `look` as well, so that the log is read once.
class ObservedStore : public audit::LogStore {
public:
    using Look = std::function<Result<void>(const audit::StoredLeaf&)>;
    ObservedStore(const audit::LogStore& store, Look look) : m_store(store), m_look(std::move(look)) {}

    [[nodiscard]] Result<Bytes> tree() const override { return m_store.tree(); }
    Result<void> append(const audit::StoredLeaf&, const Bytes&) override { return readOnly(); }
    Result<void> putCheckpoint(std::uint64_t, const std::string&) override { return readOnly(); }
    Result<void> checkpoints(std::uint64_t begin, std::uint64_t end,
                             const std::function<Result<void>(const std::string&)>& each) const override
    {
        return m_store.checkpoints(begin, end, each);
    }
    Result<void> leaves(std::uint64_t begin, std::uint64_t end,
                        const std::function<Result<void>(const audit::StoredLeaf&)>& each) const override
    {
        return m_store.leaves(begin, end, [&](const audit::StoredLeaf& leaf) -> Result<void> {
            TRY(m_look(leaf));
            return each(leaf);
        });
    }

private:
    static Result<void> readOnly() { return fail(ErrorKind::Internal, "a log that is being verified takes no entry"); }

    const audit::LogStore& m_store;
    Look m_look;
};

/// What the log says last about each row; entries that say nothing readable go to `out`.
Result<VouchedRows> vouchedRows(const DatabaseLogStore& store, std::vector<Damage>& out)
{
    VouchedRows rows;
    TRY(store.leaves(0, UINT64_MAX, [&](const audit::StoredLeaf& leaf) -> Result<void> {
        const auto entry = audit::decodeEntry(leaf.leaf);
        if (!entry) {
            out.push_back({"log", {}, leaf.index, {}, Damage::Kind::Unreadable});
            return {};
        }
        if (!entry->record) return {};
        const std::string name = rowName(entry->record->table, entry->record->key);
        if (entry->record->digest.isZero()) {
            rows.erase(name);
        } else {
            rows[name] = {entry->index, entry->record->digest, false};
        }
        return {};
    }));
    return rows;
}

Damage::Kind kindOf(audit::LogFault::Kind kind)
{
    switch (kind) {
    case audit::LogFault::Kind::Edited: return Damage::Kind::Edited;
    case audit::LogFault::Kind::OutOfPlace: return Damage::Kind::Moved;
    case audit::LogFault::Kind::Unreadable: return Damage::Kind::Unreadable;
    case audit::LogFault::Kind::Missing: return Damage::Kind::Missing;
    case audit::LogFault::Kind::Uncovered:
    case audit::LogFault::Kind::HeadMismatch: return Damage::Kind::HeadMismatch;
    case audit::LogFault::Kind::BadSignature:
    case audit::LogFault::Kind::OtherLog: return Damage::Kind::BadCheckpoint;
    }
    return Damage::Kind::HeadMismatch;
}

/// The rows of one table against what the log says about them.
Result<void> compareRows(const Database& database, const Projection& projection, VouchedRows& rows, std::vector<Damage>& out)
{
    TRY_ASSIGN(row, selectRows(database, projection));
    while (true) {
        TRY_ASSIGN(hasRow, row.step());
        if (!hasRow) return {};
        const auto entry = row.integer(0);
        const audit::RecordReference record = recordOf(projection, row);
        const auto found = rows.find(rowName(record.table, record.key));
        if (found == rows.end()) {
            out.push_back({record.table, record.key, {}, {}, Damage::Kind::Extra});
            continue;
        }
        found->second.seen = true;
        const std::uint64_t index = found->second.entry;
        if (record.digest != found->second.digest) out.push_back({record.table, record.key, index, {}, Damage::Kind::Edited});
        else if (entry != static_cast<std::int64_t>(index)) out.push_back({record.table, record.key, index, {}, Damage::Kind::Moved});
    }
}

void addMissing(const VouchedRows& rows, std::vector<Damage>& out)
{
    for (const auto& [name, vouched] : rows) {
        if (vouched.seen) continue;
        const auto end = name.find('\0');
        out.push_back({name.substr(0, end), name.substr(end + 1), vouched.entry, {}, Damage::Kind::Missing});
    }
}

/// Names every row that does not agree with the log, by reading both again.
Result<void> locateRows(const Database& database, const DatabaseLogStore& store, std::vector<Damage>& out)
{
    TRY_ASSIGN(rows, vouchedRows(store, out));
    for (const Projection* projection : projections::all()) TRY(compareRows(database, *projection, rows, out));
    addMissing(rows, out);
    return {};
}

Result<void> addFound(const Database& database, const char* sql, const char* table, Damage::Kind kind, std::vector<Damage>& out)
{
    TRY_ASSIGN(statement, database.prepare(sql));
    while (true) {
        TRY_ASSIGN(hasRow, statement.step());
        if (!hasRow) return {};
        out.push_back({table, statement.text(0), {}, {}, kind});
    }
}

/// Collateral is kept under its digest, and evidence names the digests: nothing else is needed to check it.
Result<void> compareCollateral(const Database& database, std::vector<Damage>& out)
{
    TRY_ASSIGN(statement, database.prepare("SELECT digest, content FROM collateral"));
    while (true) {
        TRY_ASSIGN(hasRow, statement.step());
        if (!hasRow) break;
        const Digest32 digest = sha256(statement.blob(1));
        const BytesView kept = statement.blob(0);
        if (!std::equal(kept.begin(), kept.end(), digest.bytes.begin(), digest.bytes.end())) {
            out.push_back({"collateral", toHex(kept), {}, {}, Damage::Kind::Edited});
        }
    }
    TRY(addFound(database, "SELECT hex(digest) FROM collateral WHERE digest NOT IN (SELECT digest FROM evidence_collateral)",
                 "collateral", Damage::Kind::Extra, out));
    TRY(addFound(database, "SELECT DISTINCT hex(digest) FROM evidence_collateral WHERE digest NOT IN (SELECT digest FROM collateral)",
                 "collateral", Damage::Kind::Missing, out));
    TRY(addFound(database,
                 "SELECT evidence || '/' || name FROM evidence_collateral WHERE evidence NOT IN (SELECT id FROM evidence)",
                 "evidence_collateral", Damage::Kind::Extra, out));
    TRY(addFound(database, "SELECT entry FROM log WHERE entry < 0", "log", Damage::Kind::Extra, out));
    // They would change rows later, behind the log's back; no vault has any.
    return addFound(database, "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')", "sqlite_master",
                    Damage::Kind::Extra, out);
}

/// Size of the newest kept checkpoint below `theirs` that a cosigner of `theirs` has cosigned; 0 when there is none. Only a
/// place to look from: nothing is believed for it.
Result<std::uint64_t> agreedUntil(const DatabaseLogStore& store, const audit::SignedCheckpoint& theirs)
{
    std::uint64_t agreed = 0;
    TRY(store.checkpoints(1, theirs.head.size - 1, [&](const std::string& note) -> Result<void> {
        TRY_ASSIGN(kept, audit::parseCheckpoint(note));
        for (const auto& line : kept.note.signatures) {
            const bool isShared = line.name != kept.head.origin &&
                                  std::any_of(theirs.note.signatures.begin(), theirs.note.signatures.end(), [&](const auto& other) {
                                      return other.name == line.name && other.keyId == line.keyId;
                                  });
            if (isShared) agreed = kept.head.size;
        }
        return {};
    }));
    return agreed;
}

}  // namespace

Result<std::vector<Damage>> compareWith(const DatabaseLogStore& store, const audit::SignedCheckpoint& checkpoint)
{
    TRY_ASSIGN(id, store.id());
    TRY_ASSIGN(treeBytes, store.tree());
    const auto tree = treeBytes.empty() ? Result<audit::CompactTree>(audit::CompactTree()) : audit::CompactTree::parse(treeBytes);
    TRY(tree);
    const audit::Checkpoint& head = checkpoint.head;
    using Found = std::vector<Damage>;
    if (head.origin != audit::originOf(id)) return Found{{"log", {}, {}, {}, Damage::Kind::BadCheckpoint}};
    if (head.size > tree->size()) return Found{{"log", {}, tree->size(), head.size - 1, Damage::Kind::Gap}};
    if (head.size == 0) return Found{};
    const auto root = head.size == tree->size() ? Result<Digest32>(tree->root()) : audit::rootOf(0, head.size, audit::leafHashesOf(store));
    if (root && *root == head.root) return Found{};
    TRY_ASSIGN(agreed, agreedUntil(store, checkpoint));
    return Found{{"log", {}, agreed, head.size - 1, Damage::Kind::Fork}};
}

Result<std::vector<Damage>> verifyVault(const Database& database, const DatabaseLogStore& store,
                                        const std::optional<audit::SignedCheckpoint>& newest,
                                        const std::function<Result<void>(std::uint64_t)>& each)
{
    std::vector<Damage> out;
    RowCheck rows;
    TRY(rows.readRows(database));
    const ObservedStore observed(store, [&](const audit::StoredLeaf& leaf) -> Result<void> {
        if (each) TRY(each(leaf.index));
        rows.take(leaf);
        return {};
    });
    TRY_ASSIGN(id, store.id());
    auto fault = audit::verifyLog(observed, audit::originOf(id));
    if (!fault && fault.error().kind != ErrorKind::Malformed) return tl::unexpected(fault.error());
    if (!fault) {
        out.push_back({"log", {}, {}, {}, Damage::Kind::Unreadable});
    } else if (*fault) {
        const auto& found = **fault;
        out.push_back({"log", {}, found.first, found.last == found.first ? std::nullopt : std::optional(found.last), kindOf(found.kind)});
    }
    if (!out.empty() || !rows.holds()) TRY(locateRows(database, store, out));
    TRY(compareCollateral(database, out));
    if (newest && fault && !*fault) {
        TRY_ASSIGN(gaps, compareWith(store, *newest));
        out.insert(out.end(), gaps.begin(), gaps.end());
    }
    return out;
}

}  // namespace quorate::vault
