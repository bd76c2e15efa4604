// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audit/checkpoint.h"
#include "core/audit/entry.h"
#include "core/audit/proof.h"

namespace quorate::audit {

/// A leaf as it lies in the store.
struct StoredLeaf {
    std::uint64_t index = 0;
    Digest32 hash;       ///< leafHash(leaf), kept beside it: proofs read it, and a changed leaf is found by it.
    Bytes leaf;
};

/// Where a log lies: the vault, or memory in tests. Everything that one action appends and writes belongs to one
/// transaction of the implementation, so that what fails leaves nothing.
class LogStore {
public:
    virtual ~LogStore() = default;
    LogStore(const LogStore&) = delete;
    LogStore& operator=(const LogStore&) = delete;

    /// `CompactTree::serialise` of what the log was last; empty for a new log.
    [[nodiscard]] virtual Result<Bytes> tree() const = 0;
    /// Adds one leaf and replaces the tree by the one that has it.
    virtual Result<void> append(const StoredLeaf& leaf, const Bytes& tree) = 0;
    /// Leaves [begin, end) in order, as they lie there; stops at the first error of `each` and returns it.
    virtual Result<void> leaves(std::uint64_t begin, std::uint64_t end,
                                const std::function<Result<void>(const StoredLeaf&)>& each) const = 0;
    /// Keeps a checkpoint; one of the same size takes the place of the former (a cosignature was added).
    virtual Result<void> putCheckpoint(std::uint64_t size, const std::string& note) = 0;
    /// Notes of checkpoints whose size lies in [begin, end], smallest first.
    virtual Result<void> checkpoints(std::uint64_t begin, std::uint64_t end,
                                     const std::function<Result<void>(const std::string& note)>& each) const = 0;

protected:
    LogStore() = default;
};

/// A store's leaf hashes for the functions of proof.h; refers to the store.
LeafHashes leafHashesOf(const LogStore& store);

/// The audit log over its store. It keeps nothing itself: a transaction that the store rolls back is gone here too.
/// Not thread-safe; `store` outlives it.
class Log {
public:
    Log(LogStore& store, const Uuid& id) : m_store(store), m_origin(originOf(id)) {}

    [[nodiscard]] const std::string& origin() const { return m_origin; }
    /// Sets the entry's index and appends it; the index.
    Result<std::uint64_t> append(Entry entry);
    [[nodiscard]] Result<Checkpoint> head() const;
    [[nodiscard]] Result<std::uint64_t> size() const;
    /// Entries [begin, end), decoded; their hashes are not compared (`verify` does that).
    Result<void> entries(std::uint64_t begin, std::uint64_t end, const std::function<Result<void>(const Entry&)>& each) const;

    /// Signs the head as it is and keeps the note.
    Result<SignedCheckpoint> checkpoint(const PublicKey& key, const NoteSign& sign);
    /// Adds a cosignature to the kept checkpoint of `size`. Untrusted unless `cosigner` made it.
    Result<void> addCosignature(std::uint64_t size, const NoteSignature& cosignature, const NoteKey& cosigner);
    /// Empty when nothing was ever signed.
    [[nodiscard]] Result<std::optional<SignedCheckpoint>> newestCheckpoint() const;

    [[nodiscard]] Result<Proof> inclusion(std::uint64_t index, std::uint64_t size) const;
    [[nodiscard]] Result<Proof> consistency(std::uint64_t size1, std::uint64_t size2) const;
    /// Leaf hashes for the functions of proof.h; refers to the store.
    [[nodiscard]] LeafHashes leafHashes() const { return leafHashesOf(m_store); }

private:
    [[nodiscard]] Result<CompactTree> tree() const;

    LogStore& m_store;
    std::string m_origin;
};

/// What keeps a log from being believed, with where.
struct LogFault {
    enum class Kind {
        Edited,        ///< The leaf is not the one that was hashed.
        OutOfPlace,    ///< Another index than its place: deleted, inserted, repeated or moved entries.
        Unreadable,    ///< The bytes are no entry, or no line of an export.
        Missing,       ///< The log ends before it should.
        Uncovered,     ///< No signature covers the entry.
        HeadMismatch,  ///< The entries do not lead to the root that was kept or signed.
        BadSignature,  ///< A checkpoint or cosignature does not verify.
        OtherLog,      ///< A checkpoint of another log.
    };
    Kind kind = Kind::Edited;
    std::uint64_t first = 0;  ///< The first entry concerned.
    std::uint64_t last = 0;   ///< The last that may be; equal to `first` where it is located exactly.
    std::string detail;
    bool operator==(const LogFault&) const = default;
};

const char* nameOf(LogFault::Kind kind);  ///< "edited", "out-of-place", ...

/// Reads the log through and recomputes everything: each leaf against its index and hash, the tree against the stored one,
/// and the root at each kept checkpoint against that checkpoint. Signatures are not judged: the caller knows whose to
/// want. Empty when nothing is wrong; an error when the store cannot be read. Memory does not grow with the log.
Result<std::optional<LogFault>> verifyLog(const LogStore& store, const std::string& origin);

}  // namespace quorate::audit
