// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/round_order.h"

#include <algorithm>

#include "core/payload/payload_codec.h"
#include "core/study/study_package.h"
#include "quorate/payload/v1/payload.pb.h"

namespace quorate::study {
namespace {

namespace pb = ::quorate::payload::v1;
using payload::fixed;
using payload::text;

/// Clocks of members may differ from the reader's by this much.
constexpr std::chrono::minutes kClockSkew{5};

bool isControl(char c)
{
    const auto value = static_cast<unsigned char>(c);
    return (value < 0x20 && c != '\n') || value == 0x7F;
}

}  // namespace

const char* nameOf(OrderAction action)
{
    switch (action) {
    case OrderAction::Pause: return "pause";
    case OrderAction::Resume: return "resume";
    case OrderAction::Exclude: return "exclude";
    case OrderAction::Readmit: return "readmit";
    }
    return "pause";
}

bool isAboutSite(OrderAction action) { return action == OrderAction::Exclude || action == OrderAction::Readmit; }

Result<void> checkOrderReason(const std::string& reason)
{
    if (reason.size() > kMaxOrderReasonBytes) {
        return fail(ErrorKind::Malformed, "the reason is " + std::to_string(reason.size()) + " bytes, want at most " +
                                              std::to_string(kMaxOrderReasonBytes));
    }
    if (std::ranges::any_of(reason, isControl)) return fail(ErrorKind::Malformed, "the reason has control characters");
    if (reason.find_first_not_of(" \n") == std::string::npos) return fail(ErrorKind::Malformed, "an order needs a reason");
    return {};
}

Bytes encode(const RoundOrder& order)
{
    pb::RoundOrder out;
    out.set_study(text(order.study));
    out.set_protocol_digest(text(order.protocolDigest));
    out.set_number(order.number);
    out.set_coordinator(text(order.coordinator));
    out.set_action(static_cast<std::uint32_t>(order.action));
    if (isAboutSite(order.action)) out.set_site(text(order.site));
    out.set_reason(order.reason);
    out.set_signed_at(payload::seconds(order.signedAt));
    return payload::serialise(out);
}

Result<RoundOrder> decodeRoundOrder(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::RoundOrder>(bytes, "round order"));
    TRY_ASSIGN(study, fixed<16>(in.study(), "study id"));
    TRY_ASSIGN(protocol, fixed<32>(in.protocol_digest(), "protocol digest"));
    TRY_ASSIGN(coordinator, fixed<16>(in.coordinator(), "coordinator id"));
    TRY_ASSIGN(action, payload::enumerator(in.action(), OrderAction::Readmit, "order"));
    TRY_ASSIGN(signedAt, payload::time(in.signed_at(), "signing time"));
    RoundOrder out{study, protocol, in.number(), coordinator, action, {}, in.reason(), signedAt};
    if (out.number == 0) return fail(ErrorKind::Malformed, "order has number 0, want 1 or more");
    TRY(checkOrderReason(out.reason));
    if (isAboutSite(action)) {
        TRY_ASSIGN(site, fixed<16>(in.site(), "site id"));
        out.site = site;
    } else if (!in.site().empty()) {
        return fail(ErrorKind::Malformed, std::string("an order to ") + nameOf(action) + " names a site");
    }
    return out;
}

Result<RoundOrder> verifyRoundOrder(const dsse::Envelope& envelope, const StudyProtocol& protocol, const Digest32& protocolDigest,
                                    const Roster& roster, UtcSeconds receivedAt)
{
    TRY_ASSIGN(signer, signerOf(envelope, kinds::kRoundOrder, roster, receivedAt));
    TRY_ASSIGN(order, decodeRoundOrder(envelope.payload));
    if (signer.id != order.coordinator) return fail(ErrorKind::Untrusted, "the order names another member than the one who signed it");
    if (signer.role != Role::Coordinator) {
        return fail(ErrorKind::PolicyRefused, std::string("the order is signed by a ") + nameOf(signer.role) + ", want a coordinator");
    }
    if (order.study != protocol.id || order.protocolDigest != protocolDigest) {
        return fail(ErrorKind::PolicyRefused, "the order is about another study or protocol");
    }
    if (isAboutSite(order.action) && protocol.findSite(order.site) == nullptr) {
        return fail(ErrorKind::PolicyRefused, "the order is about a site that the protocol does not have");
    }
    if (order.signedAt > receivedAt + kClockSkew) return fail(ErrorKind::PolicyRefused, "the order is dated in the future");
    return order;
}

Result<void> RoundOrders::add(RoundOrder order, const Digest32& digest)
{
    if (order.number != nextNumber()) {
        return fail(ErrorKind::PolicyRefused, "the order has number " + std::to_string(order.number) + ", want " + std::to_string(nextNumber()));
    }
    const bool isExcluded = exclusionOf(order.site) != nullptr;
    switch (order.action) {
    case OrderAction::Pause:
        if (m_pause) return fail(ErrorKind::PolicyRefused, "the rounds are paused already");
        m_pause = m_all.size();
        break;
    case OrderAction::Resume:
        if (!m_pause) return fail(ErrorKind::PolicyRefused, "the rounds are not paused");
        m_pause.reset();
        break;
    case OrderAction::Exclude:
        if (isExcluded) return fail(ErrorKind::PolicyRefused, "this site is excluded already");
        m_excluded[order.site] = m_all.size();
        break;
    case OrderAction::Readmit:
        if (!isExcluded) return fail(ErrorKind::PolicyRefused, "this site is not excluded");
        m_excluded.erase(order.site);
        break;
    }
    m_all.push_back({std::move(order), digest});
    return {};
}

const RoundOrders::Given* RoundOrders::pause() const { return m_pause ? &m_all[*m_pause] : nullptr; }

const RoundOrders::Given* RoundOrders::exclusionOf(const Uuid& site) const
{
    const auto found = m_excluded.find(site);
    return found == m_excluded.end() ? nullptr : &m_all[found->second];
}

}  // namespace quorate::study
