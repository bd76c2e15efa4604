// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/verification.h"

#include <algorithm>

#include "core/vault/row_check.h"
#include "core/vault/row_comparison.h"

namespace quorate::vault {
namespace {

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

/// Hands each row of the statement to `take`.
Result<void> eachRow(const Database& database, const std::string& sql, const std::function<void(const Statement&)>& take)
{
    TRY_ASSIGN(row, database.prepare(sql.c_str()));
    while (true) {
        TRY_ASSIGN(hasRow, row.step());
        if (!hasRow) return {};
        take(row);
    }
}

/// Names every row that does not agree with the log, by reading both again.
Result<void> locateRows(const Database& database, const DatabaseLogStore& store, std::vector<Damage>& out)
{
    RowComparison comparison;
    TRY(store.leaves(0, UINT64_MAX, [&](const audit::StoredLeaf& leaf) -> Result<void> {
        comparison.takeEntry(leaf);
        return {};
    }));
    for (const Projection* projection : projections::all()) {
        TRY(eachRow(database, sqlFrom(End::First, *projection), [&](const Statement& row) { comparison.takeRow(*projection, row); }));
    }
    for (Damage& item : comparison.finish()) out.push_back(std::move(item));
    return {};
}

Result<void> compareCollateral(const Database& database, std::vector<Damage>& out)
{
    CollateralComparison comparison;
    TRY(eachRow(database, CollateralComparison::sqlOfLinks(End::First), [&](const Statement& row) { comparison.takeLink(row); }));
    TRY(eachRow(database, CollateralComparison::sqlOfContents(End::First), [&](const Statement& row) { comparison.takeContent(row); }));
    for (Damage& item : comparison.finish()) out.push_back(std::move(item));
    return {};
}

Result<void> compareCheckpoints(const DatabaseLogStore& store, std::vector<Damage>& out)
{
    TRY_ASSIGN(breaks, store.checkpointBreaks());
    if (breaks.empty()) return {};
    TRY_ASSIGN(treeBytes, store.tree());
    const auto tree = audit::CompactTree::parse(treeBytes);
    const std::uint64_t size = tree ? tree->size() : 0;
    for (const auto& place : breaks) {
        const std::uint64_t last = place.lastEntry.value_or(size == 0 ? 0 : size - 1);
        const auto end = last > place.firstEntry ? std::optional(last) : std::nullopt;
        out.push_back({"log_checkpoints", {}, place.firstEntry, end, Damage::Kind::BadCheckpoint});
    }
    return {};
}

Result<void> addWhatNoVaultHas(const Database& database, std::vector<Damage>& out)
{
    const auto addFrom = [&](const char* table) {
        return [&out, table](const Statement& row) { out.push_back({table, row.text(0), {}, {}, Damage::Kind::Extra}); };
    };
    TRY(eachRow(database, "SELECT entry FROM log WHERE entry < 0", addFrom("log")));
    // They would change rows later, behind the log's back.
    return eachRow(database, "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')", addFrom("sqlite_master"));
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
    TRY(compareCheckpoints(store, out));
    TRY(addWhatNoVaultHas(database, out));
    if (newest && fault && !*fault) {
        TRY_ASSIGN(gaps, compareWith(store, *newest));
        out.insert(out.end(), gaps.begin(), gaps.end());
    }
    return out;
}

}  // namespace quorate::vault
