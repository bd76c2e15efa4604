// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/crypto/dsse.h"
#include "core/study/protocol.h"
#include "core/study/roster.h"

namespace quorate::study {

/// What a coordinator orders about the rounds of a running study. The key is not touched: that is release::Revocation's.
enum class OrderAction {
    Pause,    ///< The round under way may end; none is opened after it.
    Resume,
    Exclude,  ///< One site, at once: its update of the open round does not count.
    Readmit,  ///< From the next round on.
};

const char* nameOf(OrderAction action);  ///< "pause", "resume", "exclude", "readmit"
/// Of exclude and readmit.
bool isAboutSite(OrderAction action);

inline constexpr std::size_t kMaxOrderReasonBytes = 512;

/// A coordinator's signed order about one exact protocol.
struct RoundOrder {
    Uuid study;
    Digest32 protocolDigest;
    std::uint32_t number = 0;  ///< From 1 without gaps: an order that was given once cannot be given again.
    Uuid coordinator;
    OrderAction action = OrderAction::Pause;
    Uuid site;                 ///< Where isAboutSite(); else zero.
    std::string reason;        ///< As typed: 1 to 512 bytes of UTF-8 with a letter in them, no control characters but line ends.
    UtcSeconds signedAt;
    bool operator==(const RoundOrder&) const = default;
};

/// Malformed for a reason that is empty, too long or not printable.
Result<void> checkOrderReason(const std::string& reason);

Bytes encode(const RoundOrder& order);
/// Malformed for a field that is missing or out of range, a reason that checkOrderReason() refuses, or a site where none belongs.
Result<RoundOrder> decodeRoundOrder(BytesView payload);

/// The order that a coordinator of the roster signed about this protocol, as received at `receivedAt`. Untrusted when nobody of
/// the roster signed it, or another member than it names; PolicyRefused for a signer who is no coordinator or was revoked,
/// another study or protocol, a site that the protocol does not have, or a date in the future.
Result<RoundOrder> verifyRoundOrder(const dsse::Envelope& envelope, const StudyProtocol& protocol, const Digest32& protocolDigest,
                                    const Roster& roster, UtcSeconds receivedAt);

/// The orders of one study, each after the one before it, and what holds because of them. A value.
class RoundOrders {
public:
    struct Given {
        RoundOrder order;
        Digest32 digest;  ///< Of the payload as received.
        bool operator==(const Given&) const = default;
    };

    /// PolicyRefused for another number than the next, and for an order that would change nothing; nothing is changed then.
    Result<void> add(RoundOrder order, const Digest32& digest);

    [[nodiscard]] const std::vector<Given>& all() const { return m_all; }
    [[nodiscard]] std::uint32_t nextNumber() const { return static_cast<std::uint32_t>(m_all.size()) + 1; }
    /// The order by which no round is opened now; null: none.
    [[nodiscard]] const Given* pause() const;
    /// The order by which this site is excluded now; null: none.
    [[nodiscard]] const Given* exclusionOf(const Uuid& site) const;
    [[nodiscard]] std::size_t excludedSites() const { return m_excluded.size(); }

private:
    std::vector<Given> m_all;
    std::optional<std::size_t> m_pause;        ///< Place in m_all.
    std::map<Uuid, std::size_t> m_excluded;
};

}  // namespace quorate::study
