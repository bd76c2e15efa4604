// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/witness_book.h"

namespace quorate::services {

WitnessBook::WitnessBook(const SigningKey& key) : m_key(key), m_witness({audit::kServiceCosigner, key.publicKey()}) {}

/// With the mutex held.
Result<void> WitnessBook::requireOwnLog(const Uuid& member, const std::string& origin) const
{
    for (const auto& [holder, newest] : m_newest) {
        if (holder != member && newest.head.origin == origin) {
            return fail(ErrorKind::PolicyRefused, "this log is another member's");
        }
        if (holder == member && newest.head.origin != origin) {
            return fail(ErrorKind::PolicyRefused, "another log of this member is witnessed here: " + newest.head.origin);
        }
    }
    return {};
}

Result<audit::SignedCheckpoint> WitnessBook::cosign(const study::Member& owner, audit::CosignRequest request, UtcSeconds at)
{
    // What is kept is bounded by this: one line, of a key that verified it.
    if (request.checkpoint.note.signatures.size() != 1) {
        return fail(ErrorKind::Malformed, "checkpoint carries " + std::to_string(request.checkpoint.note.signatures.size()) +
                                              " signatures, want its owner's alone");
    }
    TRY_ASSIGN(key, PublicKey::fromSpki(owner.signingKeySpki));
    const std::lock_guard lock(m_mutex);
    TRY(requireOwnLog(owner.id, request.checkpoint.head.origin));
    const auto sign = [this](BytesView message) { return m_key.signDer(message); };
    const auto inMemory = [](const audit::SignedCheckpoint&) -> Result<void> { return {}; };
    TRY_ASSIGN(line, m_witness.cosign(request, key, sign, at, inMemory));
    audit::SignedCheckpoint& cosigned = request.checkpoint;
    cosigned.note.signatures.push_back(std::move(line));
    m_newest.insert_or_assign(owner.id, cosigned);
    return cosigned;
}

std::optional<audit::SignedCheckpoint> WitnessBook::newestOf(const Uuid& member) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_newest.find(member);
    return found == m_newest.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace quorate::services
