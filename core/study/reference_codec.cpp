// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/reference_codec.h"

#include "core/attestation/azure/tpm_quote.h"
#include "core/payload/payload_codec.h"
#include "quorate/payload/v1/payload.pb.h"

namespace quorate::study {
namespace {

namespace pb = ::quorate::payload::v1;
using namespace attestation;
using payload::fixed;
using payload::text;
using Repeated = google::protobuf::RepeatedPtrField<std::string>;

template <std::size_t N>
void write(Repeated& out, const std::set<FixedBytes<N>>& digests)
{
    for (const auto& digest : digests) *out.Add() = text(digest);
}

template <std::size_t N = Digest48::kSize>
Result<std::set<FixedBytes<N>>> readDigests(const Repeated& in)
{
    std::set<FixedBytes<N>> out;
    for (const auto& value : in) {
        TRY_ASSIGN(digest, fixed<N>(value, "reference value"));
        out.insert(digest);
    }
    return out;
}

Result<std::map<std::uint8_t, std::set<Digest32>>> readPcrs(const google::protobuf::RepeatedPtrField<pb::VtpmPcr>& in)
{
    std::map<std::uint8_t, std::set<Digest32>> out;
    for (const auto& pcr : in) {
        if (pcr.index() >= azure::kPcrCount) {
            return fail(ErrorKind::Malformed, "reference value is of PCR " + std::to_string(pcr.index()) + ", want 0 to 23");
        }
        TRY_ASSIGN(values, readDigests<Digest32::kSize>(pcr.values()));
        if (!out.emplace(static_cast<std::uint8_t>(pcr.index()), std::move(values)).second) {
            return fail(ErrorKind::Malformed, "reference values name PCR " + std::to_string(pcr.index()) + " twice");
        }
    }
    return out;
}

}  // namespace

Bytes encode(const ReferenceValues& values)
{
    pb::ReferenceValues out;
    out.set_version(values.version);
    out.set_program_version(values.programVersion);
    write(*out.mutable_mrtd(), values.tdx.mrtd);
    write(*out.mutable_rtmr0(), values.tdx.rtmr0);
    write(*out.mutable_rtmr1(), values.tdx.rtmr1);
    write(*out.mutable_rtmr2(), values.tdx.rtmr2);
    write(*out.mutable_rtmr3(), values.tdx.rtmr3);
    write(*out.mutable_mrseam(), values.tdx.mrseam);
    write(*out.mutable_snp_measurement(), values.sevSnp.measurement);
    for (const auto& [index, digests] : values.vtpmPcrs) {
        pb::VtpmPcr& pcr = *out.add_vtpm_pcrs();
        pcr.set_index(index);
        write(*pcr.mutable_values(), digests);
    }
    return payload::serialise(out);
}

Result<ReferenceValues> decodeReferenceValues(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::ReferenceValues>(bytes, "reference values"));
    TRY_ASSIGN(mrtd, readDigests(in.mrtd()));
    TRY_ASSIGN(rtmr0, readDigests(in.rtmr0()));
    TRY_ASSIGN(rtmr1, readDigests(in.rtmr1()));
    TRY_ASSIGN(rtmr2, readDigests(in.rtmr2()));
    TRY_ASSIGN(rtmr3, readDigests(in.rtmr3()));
    TRY_ASSIGN(mrseam, readDigests(in.mrseam()));
    TRY_ASSIGN(measurement, readDigests(in.snp_measurement()));
    TRY_ASSIGN(pcrs, readPcrs(in.vtpm_pcrs()));
    return ReferenceValues{
        in.version(), in.program_version(), {mrtd, rtmr0, rtmr1, rtmr2, rtmr3, mrseam}, {measurement}, std::move(pcrs)};
}

Bytes encode(const Transcript& transcript)
{
    pb::Transcript out;
    out.set_purpose(static_cast<std::uint32_t>(transcript.purpose));
    out.set_role(static_cast<std::uint32_t>(transcript.role));
    out.set_nonce(text(transcript.nonce));
    out.set_session_binder(text(BytesView(transcript.sessionBinder)));
    out.set_tls_leaf_spki(text(transcript.tlsLeafSpki));
    out.set_hpke_suite(text(transcript.hpkeSuite));
    out.set_hpke_public_key(text(transcript.hpkePublicKey));
    out.set_receipt_key_spki(text(BytesView(transcript.receiptKeySpki)));
    out.set_study(text(transcript.study));
    out.set_site(text(transcript.site));
    out.set_key_epoch(transcript.keyEpoch);
    out.set_policy_digest(text(transcript.policyDigest));
    out.set_reference_values_digest(text(transcript.referenceValuesDigest));
    out.set_roster_root_spki(text(transcript.rosterRootSpki));
    return payload::serialise(out);
}

Result<Transcript> decodeTranscript(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::Transcript>(bytes, "transcript"));
    if (in.purpose() < 1 || in.purpose() > 4) return fail(ErrorKind::Malformed, "transcript's purpose must be 1 to 4");
    if (in.role() < 1 || in.role() > 2) return fail(ErrorKind::Malformed, "transcript's role must be 1 or 2");
    if (!in.session_binder().empty() && in.session_binder().size() != 32) {
        return fail(ErrorKind::Malformed, "transcript's session binder must be 32 bytes or empty");
    }
    if (!in.receipt_key_spki().empty() && in.receipt_key_spki().size() != 32) {
        return fail(ErrorKind::Malformed, "transcript's receipt key must be a 32-byte digest or empty");
    }
    TRY_ASSIGN(nonce, fixed<32>(in.nonce(), "nonce"));
    TRY_ASSIGN(leaf, fixed<32>(in.tls_leaf_spki(), "TLS leaf digest"));
    TRY_ASSIGN(suite, fixed<6>(in.hpke_suite(), "HPKE suite"));
    TRY_ASSIGN(hpkeKey, fixed<32>(in.hpke_public_key(), "HPKE key"));
    TRY_ASSIGN(study, fixed<16>(in.study(), "study id"));
    TRY_ASSIGN(site, fixed<16>(in.site(), "site id"));
    TRY_ASSIGN(policy, fixed<32>(in.policy_digest(), "policy digest"));
    TRY_ASSIGN(references, fixed<32>(in.reference_values_digest(), "reference values digest"));
    TRY_ASSIGN(root, fixed<32>(in.roster_root_spki(), "roster root digest"));
    return Transcript{static_cast<Purpose>(in.purpose()), static_cast<AttesterRole>(in.role()), nonce, toBytes(in.session_binder()),
                      leaf, suite, hpkeKey, toBytes(in.receipt_key_spki()), study, site, in.key_epoch(), policy, references, root};
}

}  // namespace quorate::study
