// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/attestation/appraisal.h"
#include "core/attestation/azure/vtpm_verifier.h"
#include "core/attestation/claims.h"
#include "core/attestation/eventlog/judge_event_log.h"
#include "core/attestation/input_digests.h"
#include "core/attestation/policy/judge.h"
#include "core/attestation/verify/check_kinds.h"
#include "core/attestation/verify/memo.h"
#include "core/attestation/verify/snp_verifier.h"
#include "core/attestation/verify/tdx_verifier.h"

namespace quorate::attestation {
namespace {

void appraiseTdx(const AppraisalInputs& inputs, AppraisalMemo& memo, CheckList& checks, AppraisalResult& result)
{
    const auto quote = tdx::parseQuote(inputs.evidence.blob);
    if (!quote) return checks.fail(checks::kTdxFormat, ErrorKind::Malformed, quote.error().message, {});
    result.product = quote->bodyType == tdx::kBodyTypeReport10 ? "TDX 1.0" : "TDX 1.5";
    result.claims = claimsOf(*quote);
    checks.pass(checks::kTdxFormat,
                "quote version " + std::to_string(quote->version) + ", " + result.product + " report");
    TdxVerifier(inputs, *quote, memo, checks, result).run();
    judgeCommon(inputs, "TDX", checks);
    judgeTdx(inputs, *quote, result.claims, checks);
    judgeEventLog(inputs, *quote, checks, result);
    judgeVtpm(inputs, *quote, checks, result);
}

void appraiseSnp(const AppraisalInputs& inputs, AppraisalMemo& memo, CheckList& checks, AppraisalResult& result)
{
    if (!inputs.evidence.eventLog.empty()) {
        return checks.fail(checks::kSnpFormat, ErrorKind::Malformed, "SEV-SNP evidence carries an event log, want none", {});
    }
    const auto report = snp::parseReport(inputs.evidence.blob);
    if (!report) return checks.fail(checks::kSnpFormat, ErrorKind::Malformed, report.error().message, {});
    result.claims = claimsOf(*report);
    checks.pass(checks::kSnpFormat, "report version " + std::to_string(report->version));
    SnpVerifier verifier(inputs, *report, memo, checks, result);
    verifier.run();
    judgeCommon(inputs, result.product, checks);
    judgeSnp(inputs, *report, verifier.product(), result.claims, checks);
    judgeVtpm(inputs, *report, checks, result);
}

}  // namespace

const char* nameOf(CheckOutcome outcome)
{
    switch (outcome) {
    case CheckOutcome::Pass: return "pass";
    case CheckOutcome::Fail: return "fail";
    case CheckOutcome::NotApplicable: return "not-applicable";
    case CheckOutcome::NotChecked: return "not-checked";
    }
    return "not-checked";
}

const char* nameOf(Verdict verdict) { return verdict == Verdict::Refused ? "refused" : "accepted"; }

std::size_t AppraisalResult::count(CheckOutcome outcome) const
{
    return static_cast<std::size_t>(
        std::count_if(checks.begin(), checks.end(), [&](const Check& check) { return check.outcome == outcome; }));
}

AppraisalResult appraise(const AppraisalInputs& inputs)
{
    AppraisalMemo memo;
    return appraise(inputs, memo);
}

AppraisalResult appraise(const AppraisalInputs& inputs, AppraisalMemo& memo)
{
    AppraisalResult result;
    result.tee = inputs.evidence.tee;
    result.profile = inputs.policy.profile;
    result.demoAnchors = inputs.anchors.demo;
    result.appraisedAt = inputs.at;
    result.inputDigests = digestsOf(inputs, memo);
    CheckList checks(inputs.policy.profile);
    if (inputs.evidence.tee == TeeKind::Tdx) {
        appraiseTdx(inputs, memo, checks, result);
    } else {
        appraiseSnp(inputs, memo, checks, result);
    }
    checks.finish(result);
    return result;
}

Result<VerifiedEvidence> VerifiedEvidence::from(const AppraisalInputs& inputs, const AppraisalResult& result)
{
    if (result.verdict == Verdict::Refused) {
        return fail(result.refusedAs,
                    "evidence was refused for " + std::to_string(result.refusals.size()) + " reasons");
    }
    const auto bound = std::find_if(result.checks.begin(), result.checks.end(),
                                    [](const Check& check) { return check.id == checks::kReportData.id; });
    if (!inputs.transcript || bound == result.checks.end() || bound->outcome != CheckOutcome::Pass) {
        return fail(ErrorKind::PolicyRefused, "report_data was not compared with a transcript");
    }
    // A result is a plain value that anyone can write; only one that follows from these inputs opens this door.
    if (appraise(inputs) != result)
        return fail(ErrorKind::Untrusted, "appraisal result does not belong to these inputs");
    VerifiedEvidence out;
    out.m_transcript = *inputs.transcript;
    out.m_evidence = inputs.evidence;
    out.m_result = result;
    return out;
}

}  // namespace quorate::attestation
