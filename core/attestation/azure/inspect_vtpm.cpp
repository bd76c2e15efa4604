// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/azure/inspect_vtpm.h"

#include "core/attestation/azure/hcl_report.h"
#include "core/attestation/azure/tpm_quote.h"
#include "core/attestation/field_walk.h"

namespace quorate::attestation::azure {
namespace {

std::string decimal(std::uint64_t value) { return std::to_string(value); }

const char* hashText(RuntimeHash hash)
{
    switch (hash) {
    case RuntimeHash::Sha256: return "SHA-256";
    case RuntimeHash::Sha384: return "SHA-384";
    case RuntimeHash::Sha512: return "SHA-512";
    }
    return "";
}

std::vector<EvidenceField> walkHcl(BytesView bytes, const HclReport& report)
{
    FieldWalk walk(bytes);
    walk.add(4, "SIGNATURE", "HCLA");
    walk.add(4, "VERSION", decimal(bytes[4]));
    walk.add(4, "REPORT_SIZE", decimal(kHclHeaderBytes + kHardwareAreaBytes + 20 + report.runtimeData.size()));
    walk.add(4, "REQUEST_TYPE", "report");
    walk.add(4, "STATUS");
    walk.add(12, "RESERVED");
    const bool isTdx = report.tee == TeeKind::Tdx;
    walk.add(report.hardwareReport.size(), isTdx ? "TDREPORT" : "SNP_REPORT",
             isTdx ? "the TD's own report, from which the quote was made" : "the SEV-SNP report");
    walk.add(kHardwareAreaBytes - report.hardwareReport.size(), "RESERVED");
    walk.add(4, "DATA_SIZE", decimal(20 + report.runtimeData.size()));
    walk.add(4, "DATA_VERSION", "1");
    walk.add(4, "REPORT_TYPE", isTdx ? "TDX" : "SEV-SNP");
    walk.add(4, "DATA_HASH_TYPE", hashText(report.hash));
    walk.add(4, "VARIABLE_DATA_SIZE", decimal(report.runtimeData.size()));
    walk.add(report.runtimeData.size(), "VARIABLE_DATA", "JSON with the vTPM's keys; REPORT_DATA holds its digest");
    walk.add(walk.remaining(), "PADDING");
    return walk.take();
}

/// The size in front of a TPM2B.
std::size_t sizeAt(BytesView bytes, std::size_t offset)
{
    return static_cast<std::size_t>(bytes[offset]) << 8 | bytes[offset + 1];
}

std::vector<EvidenceField> walkQuote(BytesView bytes, const TpmQuote& quote)
{
    FieldWalk walk(bytes);
    walk.add(4, "MAGIC", "TPM_GENERATED");
    walk.add(2, "TYPE", "TPM_ST_ATTEST_QUOTE");
    const std::size_t signerSize = sizeAt(bytes, 6);
    walk.add(2, "QUALIFIED_SIGNER_SIZE", decimal(signerSize));
    walk.add(signerSize, "QUALIFIED_SIGNER", "name of the signing key in this vTPM");
    walk.add(2, "EXTRA_DATA_SIZE", decimal(quote.extraData.size()));
    walk.add(quote.extraData.size(), "EXTRA_DATA", "the challenge");
    walk.add(8, "CLOCK", decimal(quote.clockMs) + " ms");
    walk.add(4, "RESET_COUNT", decimal(quote.resetCount));
    walk.add(4, "RESTART_COUNT", decimal(quote.restartCount));
    walk.add(1, "SAFE");
    walk.add(8, "FIRMWARE_VERSION", decimal(quote.firmwareVersion));
    walk.add(4, "PCR_SELECTION_COUNT", decimal(quote.selections.size()));
    for (const PcrSelection& selection : quote.selections) {
        walk.add(2, "PCR_BANK", selection.bank == kTpmSha256 ? "SHA-256" : "another hash than SHA-256");
        walk.add(1, "PCR_BITMAP_SIZE", decimal(selection.bitmap.size()));
        walk.add(selection.bitmap.size(), "PCR_BITMAP", "PCR 0 is the lowest bit of the first byte");
    }
    walk.add(2, "PCR_DIGEST_SIZE", decimal(quote.pcrDigest.size()));
    walk.add(quote.pcrDigest.size(), "PCR_DIGEST", "digest of the selected PCRs, in their order");
    return walk.take();
}

std::vector<EvidenceField> walkPcrs(BytesView bytes)
{
    FieldWalk walk(bytes);
    for (std::size_t index = 0; index < kPcrCount && walk.remaining() >= Digest32::kSize; ++index) {
        const std::string name = (index < 10 ? "PCR0" : "PCR") + decimal(index);
        walk.add(Digest32::kSize, name.c_str());
    }
    walk.add(walk.remaining(), "TRAILING", "no whole PCR of the 24");
    return walk.take();
}

}  // namespace

Result<std::vector<VtpmPart>> inspectVtpm(const VtpmEvidence& evidence)
{
    std::vector<VtpmPart> out;
    if (!evidence.hclReport.empty()) {
        TRY_ASSIGN(report, parseHclReport(evidence.hclReport));
        out.push_back({"hcl.bin", walkHcl(evidence.hclReport, report)});
    }
    if (!evidence.attest.empty()) {
        TRY_ASSIGN(quote, parseTpmQuote(evidence.attest));
        out.push_back({"tpms_attest.bin", walkQuote(evidence.attest, quote)});
    }
    if (!evidence.signature.empty()) {
        FieldWalk walk(evidence.signature);
        walk.add(evidence.signature.size(), "SIGNATURE", "RSASSA-PKCS1-v1_5 with SHA-256 over tpms_attest.bin");
        out.push_back({"tpm_sig_rsassa.bin", walk.take()});
    }
    if (!evidence.pcrs.empty()) out.push_back({"pcrs_sha256_0_23.bin", walkPcrs(evidence.pcrs)});
    return out;
}

}  // namespace quorate::attestation::azure
