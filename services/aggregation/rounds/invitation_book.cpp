// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/invitation_book.h"

#include "core/crypto/digest.h"
#include "core/study/invitation.h"

namespace quorate::services {
namespace {

constexpr std::chrono::hours kLongest{24 * 90};

}  // namespace

Result<void> InvitationBook::offer(const Uuid& invitation, const Digest32& ticketDigest, UtcSeconds expires, UtcSeconds now)
{
    if (expires <= now || expires - now > kLongest) {
        return fail(ErrorKind::PolicyRefused, "invitation ends at " + formatRfc3339(expires) + ", want within 90 days from now");
    }
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_entries, [&](const auto& item) { return item.second.expires <= now; });
    const auto known = m_entries.find(invitation);
    if (known != m_entries.end()) {
        if (known->second.ticketDigest == ticketDigest) return {};
        return fail(ErrorKind::PolicyRefused, "this invitation is known here with another ticket");
    }
    if (m_entries.size() == kMaxInvitations) return fail(ErrorKind::PolicyRefused, "this service holds 64 open invitations already");
    m_entries.emplace(invitation, Entry{ticketDigest, expires, {}, {}});
    return {};
}

Result<std::optional<dsse::Envelope>> InvitationBook::ask(const Uuid& invitation, BytesView ticket, const dsse::Envelope& request, UtcSeconds now)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_entries.find(invitation);
    if (found == m_entries.end() || found->second.expires <= now || sha256(ticket) != found->second.ticketDigest) {
        return fail(ErrorKind::PolicyRefused, "no open invitation is known here by this ticket; who invited has to offer it to the service");
    }
    Entry& entry = found->second;
    if (request.payloadType != dsse::payloadTypeFor(study::kinds::kJoinRequest) || request.signatures.size() != 1 ||
        request.payload.size() + request.signatures.front().signature.size() > kMaxRequestBytes) {
        return fail(ErrorKind::Malformed, "want a join request of at most 16 KiB with one signature");
    }
    // Who saw the code besides must not put a request of their own in the first one's place unnoticed.
    if (entry.request && !(*entry.request == request)) return fail(ErrorKind::PolicyRefused, "another request has been made by this invitation");
    entry.request = request;
    return entry.answer;
}

std::vector<dsse::Envelope> InvitationBook::waiting(UtcSeconds now) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<dsse::Envelope> out;
    for (const auto& [id, entry] : m_entries) {
        if (entry.request && !entry.answer && entry.expires > now) out.push_back(*entry.request);
    }
    return out;
}

Result<void> InvitationBook::answer(const Uuid& invitation, const dsse::Envelope& answer, const PublicKey& root)
{
    TRY(dsse::verify(answer, study::kinds::kJoinAnswer, root));
    const std::lock_guard lock(m_mutex);
    const auto found = m_entries.find(invitation);
    if (found == m_entries.end() || !found->second.request) return fail(ErrorKind::Unavailable, "nobody has asked here by this invitation");
    found->second.answer = answer;
    return {};
}

}  // namespace quorate::services
