// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/witness.h"

#include <algorithm>

namespace quorate::audit {
namespace {

constexpr std::size_t kMaxLogs = 4096;
constexpr std::size_t kMaxConflicts = 64;

std::string entries(std::uint64_t size) { return std::to_string(size) + " entries"; }

}  // namespace

Result<void> verifyMisbehaviour(const Misbehaviour& claim, const PublicKey& owner)
{
    const Checkpoint& smaller = claim.smaller.head;
    const Checkpoint& larger = claim.larger.head;
    TRY(verifyCheckpoint(claim.smaller, owner));
    TRY(verifyCheckpoint(claim.larger, owner));
    if (smaller.origin != larger.origin) return fail(ErrorKind::Untrusted, "the two heads are of different logs");
    TRY(verifyConsistency(smaller.size, larger.size, claim.rootAtSmaller.view(), larger.root.view(), claim.proof));
    if (claim.rootAtSmaller == smaller.root) return fail(ErrorKind::Untrusted, "the two heads do not contradict each other");
    return {};
}

Result<Comparison> compareCheckpoints(const SignedCheckpoint& mine, const LeafHashes& leaves, const SignedCheckpoint& theirs,
                                      const PublicKey& owner)
{
    using Agreement = Comparison::Agreement;
    TRY(verifyCheckpoint(mine, owner));
    TRY(verifyCheckpoint(theirs, owner));
    if (mine.head.origin != theirs.head.origin) {
        return fail(ErrorKind::Untrusted, "checkpoints are of " + mine.head.origin + " and of " + theirs.head.origin);
    }
    TRY_ASSIGN(root, rootOf(0, mine.head.size, leaves));
    if (root != mine.head.root) return fail(ErrorKind::Untrusted, "entries do not lead to the head that was signed over them");
    if (theirs.head.size > mine.head.size) return Comparison{Agreement::Undecided, std::nullopt};
    TRY_ASSIGN(rootThere, rootOf(0, theirs.head.size, leaves));
    if (rootThere == theirs.head.root) {
        return Comparison{mine.head.size == theirs.head.size ? Agreement::Same : Agreement::Extends, std::nullopt};
    }
    // An empty tree has one root; a signature over another one is a lie that needs no proof of consistency to see.
    if (theirs.head.size == 0) return fail(ErrorKind::Untrusted, "checkpoint of no entries has a root of its own");
    TRY_ASSIGN(proof, consistencyProof(theirs.head.size, mine.head.size, leaves));
    return Comparison{Agreement::Forked, Misbehaviour{theirs, mine, rootThere, std::move(proof)}};
}

Result<Witness> Witness::restore(NoteKey self, const std::vector<SignedCheckpoint>& newest)
{
    Witness out(std::move(self));
    for (const SignedCheckpoint& head : newest) {
        if (!out.m_newest.emplace(head.head.origin, head).second) {
            return fail(ErrorKind::Malformed, "witness remembers two heads of " + head.head.origin);
        }
    }
    return out;
}

std::uint64_t Witness::sizeOf(const std::string& origin) const
{
    const auto known = m_newest.find(origin);
    return known == m_newest.end() ? 0 : known->second.head.size;
}

void Witness::keepConflict(const SignedCheckpoint& known, const SignedCheckpoint& offered)
{
    // By what they say: the same head can be signed again and again.
    const bool isKept = std::any_of(m_conflicts.begin(), m_conflicts.end(), [&](const Conflict& conflict) {
        return conflict.known.head == known.head && conflict.offered.head == offered.head;
    });
    if (!isKept && m_conflicts.size() < kMaxConflicts) m_conflicts.push_back({known, offered});
}

Result<void> Witness::judge(const CosignRequest& request, const PublicKey& owner)
{
    TRY(verifyCheckpoint(request.checkpoint, owner));
    const Checkpoint& next = request.checkpoint.head;
    if (next.size == 0) return fail(ErrorKind::PolicyRefused, "checkpoint covers no entry");
    const auto found = m_newest.find(next.origin);
    const std::uint64_t knownSize = sizeOf(next.origin);
    if (found != m_newest.end() && next.size < knownSize) {
        return fail(ErrorKind::PolicyRefused,
                    "checkpoint is of " + entries(next.size) + ", and one of " + entries(knownSize) + " has been cosigned");
    }
    if (found != m_newest.end() && next.size == knownSize) {
        if (next.root == found->second.head.root) return {};
        keepConflict(found->second, request.checkpoint);
        return fail(ErrorKind::Untrusted, "log has shown two roots for " + entries(next.size));
    }
    if (request.oldSize != knownSize) {
        return fail(ErrorKind::Unavailable,
                    "proof starts at " + entries(request.oldSize) + ", want " + entries(knownSize));
    }
    if (found == m_newest.end()) {
        if (m_newest.size() == kMaxLogs) return fail(ErrorKind::PolicyRefused, "witness watches as many logs as it can");
        if (!request.consistency.empty()) return fail(ErrorKind::Malformed, "a log's first checkpoint comes with a proof");
        return {};
    }
    const auto consistent =
        verifyConsistency(knownSize, next.size, found->second.head.root.view(), next.root.view(), request.consistency);
    if (!consistent) keepConflict(found->second, request.checkpoint);
    return consistent;
}

Result<NoteSignature> Witness::cosign(const CosignRequest& request, const PublicKey& owner, const NoteSign& sign, UtcSeconds at,
                                      const Remember& remember)
{
    TRY(judge(request, owner));
    TRY(remember(request.checkpoint));
    m_newest.insert_or_assign(request.checkpoint.head.origin, request.checkpoint);
    return cosignNote(request.checkpoint.note, m_self, sign, at);
}

}  // namespace quorate::audit
