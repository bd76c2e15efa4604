// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdio>

#include "core/attestation/policy/judge_shared.h"

namespace quorate::attestation {

using namespace checks;

namespace {

std::string wantedText(const std::set<Digest48>& allowed)
{
    if (allowed.empty()) return "no value is approved";
    std::string out;
    for (const Digest48& value : allowed) out += (out.empty() ? "" : " or ") + toHex(value);
    return out;
}

/// "UpToDate, OutOfDate until 2026-12-31T00:00:00Z"
std::string statusesText(const AppraisalPolicy& policy)
{
    std::string out;
    for (const auto& [status, until] : policy.acceptedTcbStatuses) {
        out += (out.empty() ? "" : ", ") + status + (until ? " until " + formatRfc3339(*until) : "");
    }
    return out.empty() ? "no status is accepted" : "one of " + out;
}

/// What an acceptance lacks for this product, study, policy and time; empty when it holds.
std::string faultOf(const ProductAcceptance& acceptance, const AppraisalInputs& inputs, const std::string& product)
{
    std::string out;
    const auto fault = [&out](const std::string& text) { out += (out.empty() ? "" : "; ") + text; };
    if (acceptance.product != product) fault("acceptance is for " + acceptance.product);
    if (inputs.at > acceptance.notAfter) fault("acceptance ended at " + formatRfc3339(acceptance.notAfter));
    if (!inputs.transcript) {
        fault("transcript not given, so study and policy are not known");
    } else {
        // Before a study is published at a service, the transcript names none; the acceptance was verified for the one to come.
        const bool named = !inputs.transcript->study.isZero();
        if (named && acceptance.study != inputs.transcript->study) fault("acceptance is for study " + toHex(acceptance.study));
        if (acceptance.policyDigest != inputs.transcript->policyDigest)
            fault("acceptance is under policy " + toHex(acceptance.policyDigest));
    }
    return out;
}

void judgeAcceptance(const AppraisalInputs& inputs, const std::string& product, CheckList& checks)
{
    if (isChainOnly(inputs)) return checks.notApplicable(kProductAcceptance, kDiagnosticOnly);
    if (!inputs.policy.productsUnderAcceptance.contains(product))
        return checks.notApplicable(kProductAcceptance, product + " needs no acceptance under this policy");
    const std::string wanted = "an acceptance of " + product + " by the study's quorum that holds at " + formatRfc3339(inputs.at);
    if (!inputs.productAcceptance)
        return checks.fail(kProductAcceptance, ErrorKind::PolicyRefused, "no acceptance of " + product, wanted);
    const ProductAcceptance& acceptance = *inputs.productAcceptance;
    const std::string fault = faultOf(acceptance, inputs, product);
    checks.judge(kProductAcceptance, fault.empty(), ErrorKind::PolicyRefused,
                 fault.empty() ? "accepted until " + formatRfc3339(acceptance.notAfter) + ": " + acceptance.reason : fault, wanted);
}

}  // namespace

std::string hexNumber(std::uint64_t value)
{
    char text[24];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

void judgeRegister(const AppraisalInputs& inputs, const CheckKind& kind, const Digest48& found, const std::set<Digest48>* allowed,
                   CheckList& checks)
{
    if (isChainOnly(inputs)) return checks.notApplicable(kind, kDiagnosticOnly);
    if (allowed == nullptr) return checks.inputMissing(kind, "reference values");
    checks.judge(kind, allowed->contains(found), ErrorKind::PolicyRefused, toHex(found), wantedText(*allowed));
}

void judgeReportData(const AppraisalInputs& inputs, const Digest64& found, CheckList& checks)
{
    // Behind a vTPM the report binds the vTPM's key, and the transcript is what that key signs: judgeVtpm has the check.
    if (!inputs.evidence.vtpm.isEmpty()) return;
    if (isChainOnly(inputs)) return checks.notApplicable(kReportData, kDiagnosticOnly);
    if (!inputs.transcript) return checks.inputMissing(kReportData, "transcript");
    const Digest64 wanted = inputs.transcript->reportData();
    checks.judge(kReportData, found == wanted, ErrorKind::Untrusted, toHex(found), toHex(wanted));
}

void judgeLaunchBinding(const AppraisalInputs& inputs, const CheckKind& kind, BytesView found, CheckList& checks)
{
    if (isChainOnly(inputs)) return checks.notApplicable(kind, kDiagnosticOnly);
    if (!inputs.transcript) return checks.inputMissing(kind, "transcript");
    const Digest32 binding = launchBinding(inputs.transcript->rosterRootSpki, inputs.transcript->policyDigest);
    Bytes wanted = toBytes(binding.view());
    wanted.resize(found.size());
    checks.judge(kind, std::equal(found.begin(), found.end(), wanted.begin()), ErrorKind::PolicyRefused, toHex(found), toHex(wanted));
}

void judgeTcbStatus(const AppraisalInputs& inputs, const CheckKind& kind, const std::string& status, CheckList& checks)
{
    const auto& accepted = inputs.policy.acceptedTcbStatuses;
    const auto entry = accepted.find(status);
    const auto until = entry == accepted.end() ? std::nullopt : entry->second;
    const bool over = until && inputs.at > *until;
    const std::string found = status + (until ? (over ? ", accepted only until " : ", accepted until ") + formatRfc3339(*until) : "");
    checks.judge(kind, entry != accepted.end() && !over, ErrorKind::PolicyRefused, found, statusesText(inputs.policy));
}

void judgeCollateralAge(const AppraisalInputs& inputs, UtcSeconds oldestIssue, CheckList& checks)
{
    if (isChainOnly(inputs)) return checks.notApplicable(kCollateralAge, kDiagnosticOnly);
    const auto limit = std::chrono::days(inputs.policy.maxCollateralAgeDays);
    const std::string found = "oldest issued " + formatRfc3339(oldestIssue);
    const std::string wanted = "at most " + std::to_string(inputs.policy.maxCollateralAgeDays) + " days before " + formatRfc3339(inputs.at);
    if (inputs.at - oldestIssue <= limit) return checks.pass(kCollateralAge, found, wanted);
    checks.stale(kCollateralAge, found, wanted);
}

void judgeCommon(const AppraisalInputs& inputs, const std::string& product, CheckList& checks)
{
    const AppraisalPolicy& policy = inputs.policy;
    if (inputs.anchors.demo) {
        const bool rehearsal = policy.profile == PolicyProfile::Training && inputs.trainingMode;
        checks.judge(kDemoRoot, rehearsal, ErrorKind::PolicyRefused,
                     std::string("demo anchors under profile ") + nameOf(policy.profile) +
                         (inputs.trainingMode ? ", study in training mode" : ", study in production mode"),
                     "profile training and a study in training mode");
    } else {
        checks.notApplicable(kDemoRoot, "anchors are not a demo's");
    }
    checks.judge(kTee, policy.acceptedTees.contains(inputs.evidence.tee), ErrorKind::PolicyRefused,
                 nameOf(inputs.evidence.tee), "a TEE kind the policy accepts");
    // Only a VEK that is missing or contradicts the report leaves the product open, and its check refuses.
    if (product.empty()) {
        checks.skip(kProduct, kSnpProduct);
        return checks.skip(kProductAcceptance, kSnpProduct);
    }
    checks.judge(kProduct, policy.acceptedProducts.contains(product), ErrorKind::PolicyRefused,
                 product, "a product line the policy accepts");
    judgeAcceptance(inputs, product, checks);
}

}  // namespace quorate::attestation
