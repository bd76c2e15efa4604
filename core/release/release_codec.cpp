// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/payload/payload_codec.h"
#include "core/release/release.h"
#include "core/study/reference_codec.h"
#include "quorate/payload/v1/payload.pb.h"

namespace quorate::release {
namespace {

namespace pb = ::quorate::payload::v1;
using payload::fixed;
using payload::text;

/// The embedded transcript has a codec of its own; both sides speak through its bytes.
Result<attestation::Transcript> readTranscript(const pb::ReleaseStatement& in)
{
    if (!in.has_transcript()) return fail(ErrorKind::Malformed, "release statement has no transcript");
    return study::decodeTranscript(payload::serialise(in.transcript()));
}

Result<std::map<std::string, Digest32>> readDigests(const pb::ReleaseStatement& in)
{
    std::map<std::string, Digest32> out;
    for (const auto& item : in.collateral_digests()) {
        TRY_ASSIGN(digest, fixed<32>(item.digest(), "collateral digest"));
        if (!out.emplace(item.name(), digest).second) return fail(ErrorKind::Malformed, "release statement names a digest twice");
    }
    return out;
}

Result<std::map<std::string, std::string>> readClaims(const pb::ReleaseStatement& in)
{
    std::map<std::string, std::string> out;
    for (const auto& item : in.claims()) {
        if (!out.emplace(item.name(), item.value()).second) return fail(ErrorKind::Malformed, "release statement names a claim twice");
    }
    return out;
}

}  // namespace

Bytes encode(const ReleaseStatement& statement)
{
    pb::ReleaseStatement out;
    out.set_study(text(statement.study));
    out.set_protocol_digest(text(statement.protocolDigest));
    out.set_key_epoch(statement.keyEpoch);
    out.set_requester(text(statement.requester));
    const Bytes transcript = study::encode(statement.transcript);
    out.mutable_transcript()->ParseFromArray(transcript.data(), static_cast<int>(transcript.size()));
    out.set_evidence_digest(text(statement.evidenceDigest));
    for (const auto& [name, digest] : statement.collateralDigests) {
        auto* item = out.add_collateral_digests();
        item->set_name(name);
        item->set_digest(text(digest));
    }
    for (const auto& [name, value] : statement.claims) {
        auto* item = out.add_claims();
        item->set_name(name);
        item->set_value(value);
    }
    for (const auto& check : statement.checks) {
        auto* item = out.add_checks();
        item->set_name(check.id);
        item->set_value(check.outcome);
    }
    out.set_tee(statement.tee);
    out.set_product(statement.product);
    out.set_tcb_status(statement.tcbStatus);
    out.set_platform_id(statement.platformId);
    out.set_not_before(payload::seconds(statement.notBefore));
    out.set_not_after(payload::seconds(statement.notAfter));
    return payload::serialise(out);
}

Result<ReleaseStatement> decodeStatement(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::ReleaseStatement>(bytes, "release statement"));
    TRY_ASSIGN(study, fixed<16>(in.study(), "study id"));
    TRY_ASSIGN(protocol, fixed<32>(in.protocol_digest(), "protocol digest"));
    TRY_ASSIGN(requester, fixed<16>(in.requester(), "requester id"));
    TRY_ASSIGN(transcript, readTranscript(in));
    TRY_ASSIGN(evidence, fixed<32>(in.evidence_digest(), "evidence digest"));
    TRY_ASSIGN(collateral, readDigests(in));
    TRY_ASSIGN(claims, readClaims(in));
    TRY_ASSIGN(notBefore, payload::time(in.not_before(), "start of validity"));
    TRY_ASSIGN(notAfter, payload::time(in.not_after(), "end of validity"));
    ReleaseStatement out;
    out.study = study;
    out.protocolDigest = protocol;
    out.keyEpoch = in.key_epoch();
    out.requester = requester;
    out.transcript = std::move(transcript);
    out.evidenceDigest = evidence;
    out.collateralDigests = std::move(collateral);
    out.claims = std::move(claims);
    for (const auto& item : in.checks()) out.checks.push_back({item.name(), item.value()});
    out.tee = in.tee();
    out.product = in.product();
    out.tcbStatus = in.tcb_status();
    out.platformId = in.platform_id();
    out.notBefore = notBefore;
    out.notAfter = notAfter;
    return out;
}

Bytes encode(const ReleaseApproval& approval)
{
    pb::ReleaseApproval out;
    out.set_study(text(approval.study));
    out.set_statement_digest(text(approval.statementDigest));
    out.set_custodian(text(approval.custodian));
    out.set_decision(static_cast<std::uint32_t>(approval.decision));
    out.set_sealed_share(text(BytesView(approval.sealedShare)));
    out.set_reason(approval.reason);
    out.set_signed_at(payload::seconds(approval.signedAt));
    out.set_expires(payload::seconds(approval.expires));
    return payload::serialise(out);
}

Result<ReleaseApproval> decodeApproval(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::ReleaseApproval>(bytes, "release approval"));
    TRY_ASSIGN(study, fixed<16>(in.study(), "study id"));
    TRY_ASSIGN(statement, fixed<32>(in.statement_digest(), "statement digest"));
    TRY_ASSIGN(custodian, fixed<16>(in.custodian(), "custodian id"));
    TRY_ASSIGN(decision, payload::enumerator(in.decision(), study::Decision::Refuse, "decision"));
    TRY_ASSIGN(signedAt, payload::time(in.signed_at(), "signing time"));
    TRY_ASSIGN(expires, payload::time(in.expires(), "expiry"));
    if (in.sealed_share().empty() != (decision == study::Decision::Refuse)) {
        return fail(ErrorKind::Malformed, "an approval carries a sealed share and a refusal carries none");
    }
    return ReleaseApproval{study, statement, custodian, decision, toBytes(in.sealed_share()), in.reason(), signedAt, expires};
}

Bytes encode(const Revocation& revocation)
{
    pb::Revocation out;
    out.set_study(text(revocation.study));
    out.set_key_epoch(revocation.keyEpoch);
    out.set_member(text(revocation.member));
    out.set_kind(static_cast<std::uint32_t>(revocation.kind));
    out.set_reason(revocation.reason);
    out.set_signed_at(payload::seconds(revocation.signedAt));
    if (!revocation.freeze.isZero()) out.set_freeze(text(revocation.freeze));
    return payload::serialise(out);
}

Result<Revocation> decodeRevocation(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::Revocation>(bytes, "revocation"));
    TRY_ASSIGN(study, fixed<16>(in.study(), "study id"));
    TRY_ASSIGN(member, fixed<16>(in.member(), "member id"));
    TRY_ASSIGN(kind, payload::enumerator(in.kind(), Revocation::Kind::Thaw, "kind of revocation"));
    TRY_ASSIGN(signedAt, payload::time(in.signed_at(), "signing time"));
    Revocation out{study, in.key_epoch(), member, kind, in.reason(), signedAt};
    if ((kind == Revocation::Kind::Thaw) == in.freeze().empty()) {
        return fail(ErrorKind::Malformed, "a thaw names the freeze that it is about, and no other order does");
    }
    if (!in.freeze().empty()) {
        TRY_ASSIGN(freeze, fixed<32>(in.freeze(), "digest of the freeze"));
        out.freeze = freeze;
    }
    return out;
}

}  // namespace quorate::release
