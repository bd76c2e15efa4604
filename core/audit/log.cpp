// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/log.h"

#include <algorithm>

namespace quorate::audit {
namespace {

/// So many leaves are read between two looks at the kept checkpoints.
constexpr std::uint64_t kChunk = 1024;

using Fault = std::optional<LogFault>;

/// Compares one leaf with its place and its hash.
Fault judgeLeaf(const StoredLeaf& stored, std::uint64_t want, const Digest32& hash)
{
    const auto fault = [&](LogFault::Kind kind, std::string detail) { return LogFault{kind, want, want, std::move(detail)}; };
    if (stored.index != want) {
        return fault(LogFault::Kind::OutOfPlace, "row has index " + std::to_string(stored.index) + ", want " + std::to_string(want));
    }
    if (hash != stored.hash) return fault(LogFault::Kind::Edited, "leaf does not match the hash kept with it");
    const auto index = indexOf(stored.leaf);
    if (!index) return fault(LogFault::Kind::Unreadable, index.error().message);
    if (*index != want) {
        return fault(LogFault::Kind::OutOfPlace, "entry says index " + std::to_string(*index) + ", want " + std::to_string(want));
    }
    return std::nullopt;
}

/// A pass over a stored log, chunk by chunk, with what has been recomputed so far.
class Pass {
public:
    Pass(const LogStore& store, std::string origin) : m_store(store), m_origin(std::move(origin)) {}

    Result<Fault> run(const CompactTree& want)
    {
        while (!m_fault && m_tree.size() < want.size()) TRY(chunk(std::min(m_tree.size() + kChunk, want.size())));
        if (m_fault) return m_fault;
        if (m_tree != want) return Fault(mismatch("entries do not lead to the tree kept with the log"));
        TRY(beyond(want.size()));
        return m_fault;
    }

private:
    [[nodiscard]] LogFault mismatch(std::string detail) const
    {
        const std::uint64_t last = m_tree.size() == 0 ? 0 : m_tree.size() - 1;
        return {LogFault::Kind::HeadMismatch, std::min(m_goodUntil, last), last, std::move(detail)};
    }

    Result<void> chunk(std::uint64_t end)
    {
        TRY(loadCheckpoints(m_tree.size(), end));
        if (m_fault) return {};
        const std::uint64_t begin = m_tree.size();
        TRY(m_store.leaves(begin, end, [&](const StoredLeaf& leaf) -> Result<void> {
            if (!m_fault) take(leaf);
            return {};
        }));
        if (!m_fault && m_tree.size() < end) {
            m_fault = LogFault{LogFault::Kind::Missing, m_tree.size(), m_tree.size(), "log ends before its kept head"};
        }
        return {};
    }

    void take(const StoredLeaf& leaf)
    {
        const Digest32 hash = leafHash(leaf.leaf);
        m_fault = judgeLeaf(leaf, m_tree.size(), hash);
        if (m_fault) return;
        m_tree.append(hash);
        while (m_next < m_checkpoints.size() && m_checkpoints[m_next].size == m_tree.size()) {
            if (m_checkpoints[m_next].root != m_tree.root()) {
                m_fault = mismatch("entries do not lead to the root of the checkpoint at " + std::to_string(m_tree.size()));
                return;
            }
            m_goodUntil = m_tree.size();
            ++m_next;
        }
    }

    Result<void> loadCheckpoints(std::uint64_t above, std::uint64_t upTo)
    {
        m_checkpoints.clear();
        m_next = 0;
        return m_store.checkpoints(above + 1, upTo, [&](const std::string& note) -> Result<void> {
            const auto checkpoint = parseCheckpoint(note);
            if (!checkpoint) {
                m_fault = LogFault{LogFault::Kind::BadSignature, above, upTo - 1, checkpoint.error().message};
            } else if (checkpoint->head.origin != m_origin) {
                m_fault = LogFault{LogFault::Kind::OtherLog, above, upTo - 1, "checkpoint is of " + checkpoint->head.origin};
            } else if (checkpoint->head.size <= above || checkpoint->head.size > upTo ||
                       (!m_checkpoints.empty() && checkpoint->head.size <= m_checkpoints.back().size)) {
                m_fault = LogFault{LogFault::Kind::OutOfPlace, above, upTo - 1, "checkpoint is kept under another size"};
            } else {
                m_checkpoints.push_back(checkpoint->head);
            }
            return {};
        });
    }

    /// What lies behind the head that was kept: entries, or a checkpoint of a size that the log has not reached.
    Result<void> beyond(std::uint64_t size)
    {
        TRY(m_store.leaves(size, UINT64_MAX, [&](const StoredLeaf& leaf) -> Result<void> {
            m_fault = LogFault{LogFault::Kind::OutOfPlace, size, std::max(size, leaf.index), "log goes on behind its kept head"};
            return {};
        }));
        return m_store.checkpoints(size + 1, UINT64_MAX, [&](const std::string&) -> Result<void> {
            m_fault = LogFault{LogFault::Kind::Missing, size, size, "a checkpoint was signed for more entries than there are"};
            return {};
        });
    }

    const LogStore& m_store;
    std::string m_origin;
    CompactTree m_tree;
    std::vector<Checkpoint> m_checkpoints;  // Of the chunk in hand.
    std::size_t m_next = 0;
    std::uint64_t m_goodUntil = 0;          // Size of the newest checkpoint that held.
    Fault m_fault;
};

Result<CompactTree> treeOf(const LogStore& store)
{
    TRY_ASSIGN(bytes, store.tree());
    if (bytes.empty()) return CompactTree();
    auto tree = CompactTree::parse(bytes);
    if (!tree) return failAt("audit log", tree.error());
    return tree;
}

}  // namespace

const char* nameOf(LogFault::Kind kind)
{
    switch (kind) {
    case LogFault::Kind::Edited: return "edited";
    case LogFault::Kind::OutOfPlace: return "out-of-place";
    case LogFault::Kind::Unreadable: return "unreadable";
    case LogFault::Kind::Missing: return "missing";
    case LogFault::Kind::Uncovered: return "uncovered";
    case LogFault::Kind::HeadMismatch: return "head-mismatch";
    case LogFault::Kind::BadSignature: return "bad-signature";
    case LogFault::Kind::OtherLog: return "other-log";
    }
    return "unreadable";
}

Result<CompactTree> Log::tree() const { return treeOf(m_store); }

Result<std::uint64_t> Log::append(Entry entry)
{
    TRY_ASSIGN(tree, this->tree());
    entry.index = tree.size();
    TRY_ASSIGN(leaf, encode(entry));
    const Digest32 hash = leafHash(leaf);
    tree.append(hash);
    TRY(m_store.append({entry.index, hash, std::move(leaf)}, tree.serialise()));
    return entry.index;
}

Result<Checkpoint> Log::head() const
{
    TRY_ASSIGN(tree, this->tree());
    return Checkpoint{m_origin, tree.size(), tree.root()};
}

Result<std::uint64_t> Log::size() const
{
    TRY_ASSIGN(tree, this->tree());
    return tree.size();
}

Result<void> Log::entries(std::uint64_t begin, std::uint64_t end, const std::function<Result<void>(const Entry&)>& each) const
{
    return m_store.leaves(begin, end, [&](const StoredLeaf& stored) -> Result<void> {
        auto entry = decodeEntry(stored.leaf);
        if (!entry) return failAt("entry " + std::to_string(stored.index), entry.error());
        return each(*entry);
    });
}

Result<SignedCheckpoint> Log::checkpoint(const PublicKey& key, const NoteSign& sign)
{
    TRY_ASSIGN(head, this->head());
    TRY_ASSIGN(signedHead, signCheckpoint(head, key, sign));
    TRY(m_store.putCheckpoint(head.size, toText(signedHead)));
    return signedHead;
}

Result<void> Log::addCosignature(std::uint64_t size, const NoteSignature& cosignature, const NoteKey& cosigner)
{
    std::optional<SignedCheckpoint> kept;
    TRY(m_store.checkpoints(size, size, [&](const std::string& note) -> Result<void> {
        TRY_ASSIGN(parsed, parseCheckpoint(note));
        kept = std::move(parsed);
        return {};
    }));
    if (!kept) return fail(ErrorKind::Unavailable, "log keeps no checkpoint of " + std::to_string(size) + " entries");
    if (std::count(kept->note.signatures.begin(), kept->note.signatures.end(), cosignature) != 0) return {};
    kept->note.signatures.push_back(cosignature);
    TRY(verifyCosignature(kept->note, cosigner));
    const std::string text = toText(*kept);
    // Bounds of a note hold before it is kept, not when it is read again.
    TRY(parseCheckpoint(text));
    return m_store.putCheckpoint(size, text);
}

Result<std::optional<SignedCheckpoint>> Log::newestCheckpoint() const
{
    TRY_ASSIGN(size, this->size());
    std::optional<std::string> newest;
    // Backwards in growing steps: the newest is near the end, and all of them may be many.
    std::uint64_t end = size;
    for (std::uint64_t step = 64; !newest; step *= 4) {
        const std::uint64_t begin = end - std::min(end, step);
        TRY(m_store.checkpoints(begin, end, [&](const std::string& note) -> Result<void> {
            newest = note;
            return {};
        }));
        if (begin == 0) break;
        end = begin - 1;
    }
    if (!newest) return std::optional<SignedCheckpoint>();
    TRY_ASSIGN(parsed, parseCheckpoint(*newest));
    return std::optional(std::move(parsed));
}

LeafHashes leafHashesOf(const LogStore& store)
{
    return [&store](std::uint64_t begin, std::uint64_t end, const std::function<void(const Digest32&)>& each) {
        return store.leaves(begin, end, [&](const StoredLeaf& stored) -> Result<void> {
            each(stored.hash);
            return {};
        });
    };
}

Result<Proof> Log::inclusion(std::uint64_t index, std::uint64_t size) const { return inclusionProof(index, size, leafHashes()); }

Result<Proof> Log::consistency(std::uint64_t size1, std::uint64_t size2) const
{
    return consistencyProof(size1, size2, leafHashes());
}

Result<std::optional<LogFault>> verifyLog(const LogStore& store, const std::string& origin)
{
    TRY_ASSIGN(want, treeOf(store));
    return Pass(store, origin).run(want);
}

}  // namespace quorate::audit
