// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/azure/vtpm_verifier.h"

#include <optional>

#include "core/attestation/azure/hcl_report.h"
#include "core/attestation/azure/td_report.h"
#include "core/attestation/azure/tpm_quote.h"
#include "core/attestation/verify/check_kinds.h"
#include "core/crypto/digest.h"
#include "core/crypto/rsa.h"

namespace quorate::attestation {
namespace {

using namespace checks;

constexpr std::size_t kPcrBytes = 32;

/// What the format check leaves for the others.
struct Parts {
    azure::HclReport hcl;
    azure::TpmQuote quote;
};

Result<Parts> parseParts(const VtpmEvidence& evidence, TeeKind tee)
{
    const std::pair<const char*, const Bytes*> files[] = {{"HCL report", &evidence.hclReport},
                                                          {"vTPM quote", &evidence.attest},
                                                          {"vTPM signature", &evidence.signature},
                                                          {"PCR values", &evidence.pcrs}};
    for (const auto& [name, bytes] : files) {
        if (bytes->empty()) return fail(ErrorKind::Malformed, std::string("evidence has no ") + name + ", want all four parts");
    }
    Parts out;
    TRY_ASSIGN(hcl, azure::parseHclReport(evidence.hclReport));
    TRY_ASSIGN(quote, azure::parseTpmQuote(evidence.attest));
    if (hcl.tee != tee) {
        return fail(ErrorKind::Untrusted, std::string("HCL report is of ") + nameOf(hcl.tee) + ", want " + nameOf(tee));
    }
    if (evidence.pcrs.size() != azure::kPcrCount * kPcrBytes) {
        return fail(ErrorKind::Malformed, "PCR values are " + std::to_string(evidence.pcrs.size()) + " bytes, want 24 of 32");
    }
    out.hcl = hcl;
    out.quote = std::move(quote);
    return out;
}

class VtpmVerifier {
public:
    VtpmVerifier(const AppraisalInputs& inputs, CheckList& checks, AppraisalResult& result)
        : m_inputs(inputs), m_evidence(inputs.evidence.vtpm), m_checks(checks), m_result(result)
    {
    }

    /// `matches` compares the HCL report's hardware report with the evidence's.
    template <typename Matches>
    void run(const Digest64& reportData, const Matches& matches)
    {
        auto parts = parseParts(m_evidence, m_inputs.evidence.tee);
        if (!parts) return refuseFormat(parts.error());
        m_parts = std::move(*parts);
        m_checks.pass(kVtpmFormat, "HCL report with " + std::to_string(m_parts.hcl.runtimeData.size()) +
                                       " bytes of runtime data, vTPM quote, 24 PCRs");
        const Result<void> hardware = matches(m_parts.hcl.hardwareReport);
        m_sound = m_checks.judge(kVtpmHardware, hardware, "hardware report of this evidence", {});
        const Digest64 wanted = m_parts.hcl.boundReportData();
        m_sound &= m_checks.judge(kVtpmRuntimeData, reportData == wanted, ErrorKind::Untrusted, toHex(reportData), toHex(wanted));
        judgeSignature();
        judgePcrs();
        judgeNonce();
        judgeReference();
        judgeTranscript();
        if (m_sound) addClaims();
    }

private:
    void refuseFormat(const Error& error)
    {
        m_checks.fail(kVtpmFormat, error.kind, error.message, {});
        for (const CheckKind* kind : {&kVtpmHardware, &kVtpmRuntimeData, &kVtpmKey, &kVtpmSignature, &kVtpmPcrs, &kVtpmNonce,
                                      &kVtpmReference, &kReportData}) {
            m_checks.skip(*kind, kVtpmFormat);
        }
    }

    void judgeSignature()
    {
        const auto key = azure::attestationKeyIn(m_parts.hcl.runtimeData);
        const Result<void> usable = key ? Result<void>() : Result<void>(tl::unexpected<Error>(key.error()));
        const std::string found = key ? "HCLAkPub, key " + toHex(key->spkiSha256()) : std::string();
        if (!m_checks.judge(kVtpmKey, usable, found, {})) {
            m_sound = false;
            return m_checks.skip(kVtpmSignature, kVtpmKey);
        }
        m_sound &= m_checks.judge(kVtpmSignature, verifyRsaPkcs1Sha256(*key, m_evidence.attest, m_evidence.signature),
                                  "signed by HCLAkPub", {});
    }

    void judgePcrs()
    {
        const Digest32 digest = sha256(m_evidence.pcrs);
        const bool all = m_parts.quote.selectsAllSha256Pcrs();
        const bool same = m_parts.quote.pcrDigest == toBytes(digest.view());
        m_sound &= m_checks.judge(kVtpmPcrs, all && same, ErrorKind::Untrusted,
                                  m_parts.quote.selectionText() + "; digest " + toHex(m_parts.quote.pcrDigest),
                                  "bank 0x000b, bitmap ffffff; digest " + toHex(digest));
    }

    [[nodiscard]] std::optional<Bytes> transcriptDigest() const
    {
        if (!m_inputs.transcript) return std::nullopt;
        return toBytes(sha256(m_inputs.transcript->encoded()).view());
    }

    void judgeNonce()
    {
        const std::optional<Bytes> wanted = m_inputs.vtpmNonce ? m_inputs.vtpmNonce : transcriptDigest();
        const std::string found = toHex(m_parts.quote.extraData);
        if (wanted) {
            m_sound &= m_checks.judge(kVtpmNonce, !wanted->empty() && m_parts.quote.extraData == *wanted, ErrorKind::Untrusted,
                                      found, toHex(*wanted));
        } else if (isChainOnly()) {
            m_checks.notApplicable(kVtpmNonce, "no nonce given; the quote carries " + found);
        } else {
            m_checks.inputMissing(kVtpmNonce, "nonce or transcript");
        }
    }

    void judgeReference()
    {
        if (isChainOnly()) return m_checks.notApplicable(kVtpmReference, "chain-only judges the hardware, not the program");
        if (!m_inputs.referenceValues) return m_checks.inputMissing(kVtpmReference, "reference values");
        const auto& approved = m_inputs.referenceValues->vtpmPcrs;
        if (approved.empty()) {
            return m_checks.fail(kVtpmReference, ErrorKind::PolicyRefused, "24 PCRs, of which no value is approved",
                                 "approved values for the PCRs of the measured boot");
        }
        std::string wrong;
        for (const auto& [index, values] : approved) {
            const std::optional<Digest32> found = pcr(index);
            if (found && values.contains(*found)) continue;
            wrong += (wrong.empty() ? "PCR " : "; PCR ") + std::to_string(index) + " " + (found ? toHex(*found) : "does not exist");
        }
        m_checks.judge(kVtpmReference, wrong.empty(), ErrorKind::PolicyRefused,
                       wrong.empty() ? std::to_string(approved.size()) + " PCRs have approved values" : wrong,
                       "approved values");
    }

    /// The report binds the vTPM's key; the vTPM binds the transcript. Both links must hold.
    void judgeTranscript()
    {
        if (isChainOnly()) return m_checks.notApplicable(kReportData, "chain-only judges the hardware, not the program");
        const std::optional<Bytes> wanted = transcriptDigest();
        if (!wanted) return m_checks.inputMissing(kReportData, "transcript");
        if (!m_sound) return m_checks.skip(kReportData, kVtpmFormat);
        m_checks.judge(kReportData, m_parts.quote.extraData == *wanted, ErrorKind::Untrusted,
                       "vTPM quote over " + toHex(m_parts.quote.extraData), "vTPM quote over " + toHex(*wanted));
    }

    void addClaims()
    {
        m_result.claims["vtpmNonce"] = toHex(m_parts.quote.extraData);
        for (std::size_t i = 0; i < azure::kPcrCount; ++i) {
            m_result.claims["pcr" + std::string(i < 10 ? "0" : "") + std::to_string(i)] =
                toHex(BytesView(m_evidence.pcrs).subspan(i * kPcrBytes, kPcrBytes));
        }
    }

    [[nodiscard]] std::optional<Digest32> pcr(std::size_t index) const
    {
        if (index >= azure::kPcrCount) return std::nullopt;
        Digest32 out;
        const BytesView value = BytesView(m_evidence.pcrs).subspan(index * kPcrBytes, kPcrBytes);
        std::copy(value.begin(), value.end(), out.bytes.begin());
        return out;
    }
    [[nodiscard]] bool isChainOnly() const { return m_inputs.policy.profile == PolicyProfile::ChainOnly; }

    const AppraisalInputs& m_inputs;
    const VtpmEvidence& m_evidence;
    CheckList& m_checks;
    AppraisalResult& m_result;
    Parts m_parts;
    bool m_sound = false;  ///< Every link from the hardware report to nonce and PCRs holds so far.
};

}  // namespace

void judgeVtpm(const AppraisalInputs& inputs, const snp::Report& report, CheckList& checks, AppraisalResult& result)
{
    if (inputs.evidence.vtpm.isEmpty()) return;
    VtpmVerifier(inputs, checks, result).run(report.reportData, [&](BytesView embedded) -> Result<void> {
        if (toBytes(embedded) == inputs.evidence.blob) return {};
        return fail(ErrorKind::Untrusted, "HCL report holds another SEV-SNP report than the evidence");
    });
}

void judgeVtpm(const AppraisalInputs& inputs, const tdx::Quote& quote, CheckList& checks, AppraisalResult& result)
{
    if (inputs.evidence.vtpm.isEmpty()) return;
    VtpmVerifier(inputs, checks, result).run(quote.report.reportData, [&](BytesView embedded) {
        return azure::matchesQuote(embedded, quote.report);
    });
}

}  // namespace quorate::attestation
