// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>

#include "core/audit/checkpoint.h"
#include "core/audit/proof.h"

namespace quorate::audit {

/// Two heads of one log that cannot both be true, so that whoever has the owner's public key can see it for themselves.
struct Misbehaviour {
    SignedCheckpoint smaller;
    SignedCheckpoint larger;
    Digest32 rootAtSmaller;  ///< What the larger tree holds at the smaller's size.
    Proof proof;             ///< Consistency from `rootAtSmaller` to the larger head; empty where the sizes are equal.
    bool operator==(const Misbehaviour&) const = default;
};

/// Untrusted unless `owner` signed both heads of one log and they contradict each other.
Result<void> verifyMisbehaviour(const Misbehaviour& claim, const PublicKey& owner);

/// How two heads of one log stand to each other.
struct Comparison {
    enum class Agreement {
        Same,
        Extends,    ///< The larger one has the smaller one's entries and more.
        Forked,     ///< `proof` shows it.
        Undecided,  ///< Theirs is larger than the log that I have: whoever has theirs must compare.
    };
    Agreement agreement = Agreement::Undecided;
    std::optional<Misbehaviour> proof;
};

/// What one auditor does with another's checkpoint: `mine` is the head of the entries whose hashes `leaves` gives.
/// Untrusted when either is not signed by `owner`, or `leaves` do not lead to `mine`.
Result<Comparison> compareCheckpoints(const SignedCheckpoint& mine, const LeafHashes& leaves, const SignedCheckpoint& theirs,
                                      const PublicKey& owner);

/// What a log's owner sends to have a head cosigned (the fields of tlog-witness's add-checkpoint).
struct CosignRequest {
    SignedCheckpoint checkpoint;
    std::uint64_t oldSize = 0;  ///< Of the head that this witness cosigned last; 0 the first time.
    Proof consistency;          ///< From there; empty the first time and for the same size.
};

/// A head of another member's log, as the service passes it on.
struct HeadToCosign {
    Uuid member;
    CosignRequest request;
};

/// A signed head that a witness would not cosign beside the one that it had cosigned. With equal sizes it is proof.
struct Conflict {
    SignedCheckpoint known;
    SignedCheckpoint offered;
    [[nodiscard]] bool isProof() const { return known.head.size == offered.head.size; }
};

/// One cosigner's memory of the logs that it watches: for each origin the newest head that it cosigned. It never cosigns a
/// smaller or an inconsistent tree. Not thread-safe.
class Witness {
public:
    /// Makes the new head durable. It runs before the signature is made, so that no cosignature outlives its memory.
    using Remember = std::function<Result<void>(const SignedCheckpoint& newest)>;

    explicit Witness(NoteKey self) : m_self(std::move(self)) {}
    /// With the heads that `Remember` was given. Malformed when an origin occurs twice.
    static Result<Witness> restore(NoteKey self, const std::vector<SignedCheckpoint>& newest);

    /// Untrusted: not signed by `owner`, inconsistent, or another root for the size known (then kept in `conflicts`).
    /// PolicyRefused: smaller than known, empty, or a log too many. Unavailable: the proof starts elsewhere than at
    /// `sizeOf` this log; ask and send again.
    Result<NoteSignature> cosign(const CosignRequest& request, const PublicKey& owner, const NoteSign& sign, UtcSeconds at,
                                 const Remember& remember);

    [[nodiscard]] std::uint64_t sizeOf(const std::string& origin) const;  ///< 0 for a log never seen.
    [[nodiscard]] const std::vector<Conflict>& conflicts() const { return m_conflicts; }

private:
    Result<void> judge(const CosignRequest& request, const PublicKey& owner);
    void keepConflict(const SignedCheckpoint& known, const SignedCheckpoint& offered);

    NoteKey m_self;
    std::map<std::string, SignedCheckpoint> m_newest;
    std::vector<Conflict> m_conflicts;
};

}  // namespace quorate::audit
