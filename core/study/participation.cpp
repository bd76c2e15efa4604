// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/participation.h"

#include "core/payload/payload_codec.h"
#include "quorate/payload/v1/payload.pb.h"

namespace quorate::study {
namespace {

namespace pb = ::quorate::payload::v1;
using payload::fixed;
using payload::text;

}  // namespace

Bytes encode(const Participation& participation)
{
    pb::Participation out;
    out.set_study(text(participation.study));
    out.set_protocol_digest(text(participation.protocolDigest));
    out.set_site(text(participation.site));
    out.set_reviewer(text(participation.reviewer));
    out.set_decision(static_cast<std::uint32_t>(participation.decision));
    for (const auto& condition : participation.conditions) out.add_conditions(condition);
    out.set_reason(participation.reason);
    out.set_signed_at(payload::seconds(participation.signedAt));
    out.set_expires(payload::seconds(participation.expires));
    return payload::serialise(out);
}

Result<Participation> decodeParticipation(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::Participation>(bytes, "participation"));
    TRY_ASSIGN(study, fixed<16>(in.study(), "study id"));
    TRY_ASSIGN(protocol, fixed<32>(in.protocol_digest(), "protocol digest"));
    TRY_ASSIGN(site, fixed<16>(in.site(), "site id"));
    TRY_ASSIGN(reviewer, fixed<16>(in.reviewer(), "reviewer id"));
    TRY_ASSIGN(decision, payload::enumerator(in.decision(), Decision::Refuse, "decision"));
    TRY_ASSIGN(signedAt, payload::time(in.signed_at(), "signing time"));
    TRY_ASSIGN(expires, payload::time(in.expires(), "expiry"));
    Participation out{study, protocol, site, reviewer, decision, {}, in.reason(), signedAt, expires};
    out.conditions.assign(in.conditions().begin(), in.conditions().end());
    return out;
}

}  // namespace quorate::study
