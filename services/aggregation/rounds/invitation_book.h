// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "core/base/clock.h"
#include "core/crypto/dsse.h"

namespace quorate::services {

/// Requests to join on their way to who invited, and answers on their way back (docs/formats/invitations.md). The service
/// judges neither: it knows no invitation's secret. It asks for the ticket, so that only who has a code that was offered here
/// leaves anything. In memory: offering, asking and answering again brings it back. Thread-safe.
class InvitationBook {
public:
    static constexpr std::size_t kMaxInvitations = 64;
    static constexpr std::size_t kMaxRequestBytes = 16 * 1024;

    /// PolicyRefused when it is over at `now`, lasts longer than 90 days, is known with another ticket, or too many are open.
    Result<void> offer(const Uuid& invitation, const Digest32& ticketDigest, UtcSeconds expires, UtcSeconds now);
    /// Keeps the request; the answer when there is one. PolicyRefused for an invitation that is not known or over, a wrong
    /// ticket (one sentence for all three: a stranger learns nothing), and for another request than the first one.
    Result<std::optional<dsse::Envelope>> ask(const Uuid& invitation, BytesView ticket, const dsse::Envelope& request, UtcSeconds now);
    /// Requests without an answer.
    [[nodiscard]] std::vector<dsse::Envelope> waiting(UtcSeconds now) const;
    /// Untrusted unless `root` signed it; Unavailable when nobody has asked by this invitation.
    Result<void> answer(const Uuid& invitation, const dsse::Envelope& answer, const PublicKey& root);

private:
    struct Entry {
        Digest32 ticketDigest;
        UtcSeconds expires;
        std::optional<dsse::Envelope> request;
        std::optional<dsse::Envelope> answer;
    };
    mutable std::mutex m_mutex;
    std::map<Uuid, Entry> m_entries;
};

}  // namespace quorate::services
