// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/wire.h"

namespace quorate::wire {
namespace {

Result<void> readPart(const std::string& in, const char* name, std::size_t limit, Bytes& out)
{
    if (in.size() > limit) return fail(ErrorKind::Malformed, std::string(name) + " is over " + std::to_string(limit) + " bytes");
    out = toBytes(in);
    return {};
}

}  // namespace

void write(v1::Envelope& out, const dsse::Envelope& envelope)
{
    out.set_payload_type(envelope.payloadType);
    out.set_payload(bytesOf(BytesView(envelope.payload)));
    for (const auto& signature : envelope.signatures) {
        auto* item = out.add_signatures();
        item->set_key_id(signature.keyId);
        item->set_signature(bytesOf(BytesView(signature.signature)));
    }
}

dsse::Envelope read(const v1::Envelope& in)
{
    dsse::Envelope out{in.payload_type(), toBytes(in.payload()), {}};
    for (const auto& signature : in.signatures()) out.signatures.push_back({signature.key_id(), toBytes(signature.signature())});
    return out;
}

void write(v1::Evidence& out, const attestation::Evidence& evidence, const attestation::Collateral& collateral)
{
    out.set_tee(attestation::nameOf(evidence.tee));
    out.set_blob(bytesOf(BytesView(evidence.blob)));
    out.set_aux_blob(bytesOf(BytesView(evidence.auxBlob)));
    out.set_event_log(bytesOf(BytesView(evidence.eventLog)));
    if (!evidence.vtpm.isEmpty()) {
        out.mutable_vtpm()->set_hcl_report(bytesOf(BytesView(evidence.vtpm.hclReport)));
        out.mutable_vtpm()->set_attest(bytesOf(BytesView(evidence.vtpm.attest)));
        out.mutable_vtpm()->set_signature(bytesOf(BytesView(evidence.vtpm.signature)));
        out.mutable_vtpm()->set_pcrs(bytesOf(BytesView(evidence.vtpm.pcrs)));
    }
    for (const auto& [name, content] : collateral.files) {
        auto* item = out.add_collateral();
        item->set_name(name);
        item->set_content(bytesOf(BytesView(content)));
    }
}

Result<ReceivedEvidence> read(const v1::Evidence& in)
{
    ReceivedEvidence out;
    TRY_ASSIGN(tee, attestation::parseTeeKind(in.tee()));
    out.evidence.tee = tee;
    TRY(readPart(in.blob(), "evidence", attestation::kMaxEvidencePartBytes, out.evidence.blob));
    TRY(readPart(in.aux_blob(), "certificate table", attestation::kMaxEvidencePartBytes, out.evidence.auxBlob));
    TRY(readPart(in.event_log(), "event log", attestation::kMaxEventLogBytes, out.evidence.eventLog));
    TRY(readPart(in.vtpm().hcl_report(), "HCL report", attestation::kMaxEvidencePartBytes, out.evidence.vtpm.hclReport));
    TRY(readPart(in.vtpm().attest(), "vTPM quote", attestation::kMaxEvidencePartBytes, out.evidence.vtpm.attest));
    TRY(readPart(in.vtpm().signature(), "vTPM signature", attestation::kMaxEvidencePartBytes, out.evidence.vtpm.signature));
    TRY(readPart(in.vtpm().pcrs(), "PCR values", attestation::kMaxEvidencePartBytes, out.evidence.vtpm.pcrs));
    std::size_t total = 0;
    for (const auto& file : in.collateral()) {
        total += file.content().size();
        if (total > kMaxCollateralBytes) {
            return fail(ErrorKind::Malformed, "collateral is over " + std::to_string(kMaxCollateralBytes) + " bytes");
        }
        if (!out.collateral.files.emplace(file.name(), toBytes(file.content())).second) {
            return fail(ErrorKind::Malformed, "collateral names " + file.name() + " twice");
        }
    }
    return out;
}

void write(v1::StudyPackage& out, const study::StudyPackage& package)
{
    write(*out.mutable_roster(), package.roster);
    write(*out.mutable_policy(), package.policy);
    write(*out.mutable_reference_values(), package.referenceValues);
    write(*out.mutable_protocol(), package.protocol);
}

study::StudyPackage read(const v1::StudyPackage& in)
{
    return {read(in.roster()), read(in.policy()), read(in.reference_values()), read(in.protocol())};
}

void write(payload::v1::StudyEvent& out, const study::StudyEvent& event)
{
    const Bytes bytes = study::encode(event);
    out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

Result<study::StudyEvent> read(const payload::v1::StudyEvent& in)
{
    return study::decodeEvent(asBytes(in.SerializeAsString()));
}

}  // namespace quorate::wire
