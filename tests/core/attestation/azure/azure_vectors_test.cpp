// SPDX-License-Identifier: GPL-3.0-or-later
// The real Azure case, and every small change to it.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "core/attestation/appraisal.h"
#include "core/attestation/azure/hcl_report.h"
#include "core/attestation/azure/vtpm_verifier.h"
#include "core/attestation/case_folder.h"
#include "tests/support/shared_vectors.h"

using namespace quorate;
using namespace quorate::attestation;

namespace {

std::optional<AppraisalInputs> load()
{
    const auto folder = tests::sharedVector("snp/azure-snp-genoa-v3");
    if (!folder) return std::nullopt;
    auto read = readEvidenceCase(*folder);
    REQUIRE(read);
    AppraisalInputs out;
    out.evidence = std::move(read->evidence);
    out.collateral = std::move(read->collateral);
    out.policy = shippedPolicy(PolicyProfile::ChainOnly);
    out.anchors = productionAnchors();
    out.at = *parseRfc3339("2025-10-09T08:53:20Z");
    return out;
}

/// The vTPM's checks alone, over the report that came with the case.
AppraisalResult judge(const AppraisalInputs& inputs, const snp::Report& report)
{
    AppraisalResult result;
    CheckList checks(inputs.policy.profile);
    judgeVtpm(inputs, report, checks, result);
    checks.finish(result);
    return result;
}

bool isRefusedFor(const AppraisalResult& result, const std::string& check, const std::string& reason = {})
{
    return std::any_of(result.refusals.begin(), result.refusals.end(), [&](const Refusal& refusal) {
        return refusal.check == check && refusal.reason.find(reason) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("the real machine is accepted as genuine, and its nonce is compared when one is given")
{
    auto inputs = load();
    if (!inputs) return;
    const AppraisalResult result = appraise(*inputs);
    CHECK(result.verdict == Verdict::Accepted);
    CHECK(result.claims.at("pcr00").size() == 64);
    inputs->vtpmNonce = parseHex(result.claims.at("vtpmNonce")).value();
    CHECK(appraise(*inputs).verdict == Verdict::Accepted);
    std::reverse(inputs->vtpmNonce->begin(), inputs->vtpmNonce->end());
    CHECK(isRefusedFor(appraise(*inputs), "vtpm.nonce", "want "));
}

TEST_CASE("the changes that other verifiers test are refused with their own reasons")
{
    const auto genuine = load();
    if (!genuine) return;
    const auto refused = [&](Bytes VtpmEvidence::*part, const std::function<void(Bytes&)>& change, const char* check, const char* reason) {
        AppraisalInputs inputs = *genuine;
        change(inputs.evidence.vtpm.*part);
        if (part == &VtpmEvidence::hclReport) inputs.evidence.blob = azure::embeddedReport(inputs.evidence.vtpm.hclReport);
        const AppraisalResult result = appraise(inputs);
        INFO(check << " " << reason);
        CHECK(isRefusedFor(result, check, reason));
    };
    refused(&VtpmEvidence::hclReport, [](Bytes& b) { b[0x1a6] = 0; }, "snp.report.signature", "does not verify");
    refused(&VtpmEvidence::hclReport, [](Bytes& b) { b[0x6e0] += 1; }, "vtpm.runtime-data", "want ");
    refused(&VtpmEvidence::hclReport, [](Bytes& b) { b[0x540] = 0; }, "vtpm.runtime-data", "want ");
    refused(&VtpmEvidence::hclReport, [](Bytes& b) { b[0x540] = 0; }, "vtpm.attestation-key", "JSON text holds a NUL");
    refused(&VtpmEvidence::signature, [](Bytes& b) { b[0] ^= 1; }, "vtpm.quote.signature", "does not verify");
    refused(&VtpmEvidence::signature, [](Bytes& b) { std::reverse(b.begin(), b.end()); }, "vtpm.quote.signature", "does not verify");
    refused(&VtpmEvidence::pcrs, [](Bytes& b) { b[0] ^= 1; }, "vtpm.pcrs", "digest");
}

TEST_CASE("every truncation and every changed byte of the four parts is refused")
{
    auto inputs = load();
    if (!inputs) return;
    const auto report = snp::parseReport(inputs->evidence.blob).value();
    CHECK(judge(*inputs, report).refusals.empty());
    Bytes VtpmEvidence::*const parts[] = {&VtpmEvidence::hclReport, &VtpmEvidence::attest, &VtpmEvidence::signature, &VtpmEvidence::pcrs};
    for (const auto part : parts) {
        Bytes& bytes = inputs->evidence.vtpm.*part;
        const Bytes whole = bytes;
        // Zeros behind the runtime data are padding: fewer of them are the same report.
        const std::size_t needed = part == &VtpmEvidence::hclReport ? 0x4d4 + 1200 : whole.size();
        for (std::size_t size = 0; size < needed; ++size) {
            bytes.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            if (judge(*inputs, report).refusals.empty()) FAIL("accepted when cut at " << size);
        }
        bytes = whole;
        for (std::size_t offset = 0; offset < whole.size(); ++offset) {
            for (const std::uint8_t change : {0x01, 0x80, 0xff}) {
                bytes[offset] = whole[offset] ^ change;
                const bool accepted = judge(*inputs, report).refusals.empty();
                bytes[offset] = whole[offset];

                if (accepted) FAIL("accepted with byte " << offset << " changed");
            }
        }
    }
}
