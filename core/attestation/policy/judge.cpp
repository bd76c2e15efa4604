// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/policy/judge.h"

#include <algorithm>

#include "core/attestation/verify/check_kinds.h"

namespace quorate::attestation {
namespace {

using namespace checks;

constexpr char kDiagnosticOnly[] = "chain-only judges the hardware, not the program";
constexpr std::uint64_t kTdDebug = 1;
constexpr std::uint64_t kTdUntrustedBits = 0xff;
constexpr std::uint64_t kTdSeptVeDisable = 1ull << 28;
constexpr std::uint64_t kTdMigratable = 1ull << 29;
/// SEPT_VE_DISABLE, PKS, KL and PERFMON; everything else is reserved or refused on its own.
constexpr std::uint64_t kTdKnownBits = kTdSeptVeDisable | kTdMigratable | 1ull << 30 | 1ull << 31 | 1ull << 63;
constexpr std::uint64_t kXfamRequired = 0x3;
constexpr std::uint64_t kXfamAllowed = 0x0006DBE7;

bool isChainOnly(const AppraisalInputs& inputs) { return inputs.policy.profile == PolicyProfile::ChainOnly; }

std::uint64_t littleEndian(const FixedBytes<8>& value)
{
    std::uint64_t out = 0;
    for (std::size_t i = 8; i-- > 0;) out = out << 8 | value.bytes[i];
    return out;
}

std::string wantedText(const std::set<Digest48>& allowed)
{
    if (allowed.empty()) return "no value is approved";
    std::string out;
    for (const Digest48& value : allowed) out += (out.empty() ? "" : " or ") + toHex(value);
    return out;
}

/// One register against its approved values. An empty set refuses.
void judgeRegister(const AppraisalInputs& inputs, const CheckKind& kind, const Digest48& found,
                   const std::set<Digest48>* allowed, CheckList& checks)
{
    if (isChainOnly(inputs)) return checks.notApplicable(kind, kDiagnosticOnly);
    if (allowed == nullptr) return checks.inputMissing(kind, "reference values");
    checks.judge(kind, allowed->contains(found), ErrorKind::PolicyRefused, toHex(found), wantedText(*allowed));
}

void judgeReportData(const AppraisalInputs& inputs, const Digest64& found, CheckList& checks)
{
    if (isChainOnly(inputs)) return checks.notApplicable(kReportData, kDiagnosticOnly);
    if (!inputs.transcript) return checks.inputMissing(kReportData, "transcript");
    const Digest64 wanted = inputs.transcript->reportData();
    checks.judge(kReportData, found == wanted, ErrorKind::Untrusted, toHex(found), toHex(wanted));
}

/// What went in at launch: this consortium's root and policy, so that the right image of another consortium is refused.
template <std::size_t N>
void judgeLaunchBinding(const AppraisalInputs& inputs, const CheckKind& kind, const FixedBytes<N>& found,
                        CheckList& checks)
{
    if (isChainOnly(inputs)) return checks.notApplicable(kind, kDiagnosticOnly);
    if (!inputs.transcript) return checks.inputMissing(kind, "transcript");
    const Digest32 binding = launchBinding(inputs.transcript->rosterRootSpki, inputs.transcript->policyDigest);
    FixedBytes<N> wanted;
    std::copy(binding.bytes.begin(), binding.bytes.end(), wanted.bytes.begin());
    checks.judge(kind, found == wanted, ErrorKind::PolicyRefused, toHex(found), toHex(wanted));
}

void judgeTdAttributes(const AppraisalInputs& inputs, const tdx::TdReport& report, CheckList& checks)
{
    const std::uint64_t attributes = littleEndian(report.tdAttributes);
    const std::string found = toHex(report.tdAttributes);
    checks.judge(kTdxDebug, (attributes & kTdUntrustedBits) == 0, ErrorKind::PolicyRefused,
                 "TDATTRIBUTES " + found + ((attributes & kTdDebug) != 0 ? ", DEBUG set" : ""),
                 "DEBUG and bits 7:1 clear");
    checks.judge(kTdxMigratable, (attributes & kTdMigratable) == 0, ErrorKind::PolicyRefused, "TDATTRIBUTES " + found,
                 "MIGRATABLE (bit 29) clear");
    if (isChainOnly(inputs)) {
        checks.notApplicable(kTdxAttributes, kDiagnosticOnly);
        checks.notApplicable(kTdxXfam, kDiagnosticOnly);
        return checks.notApplicable(kTdxServiceTd, kDiagnosticOnly);
    }
    const bool known = (attributes & ~(kTdKnownBits | kTdUntrustedBits)) == 0;
    checks.judge(kTdxAttributes, known && (attributes & kTdSeptVeDisable) != 0, ErrorKind::PolicyRefused,
                 "TDATTRIBUTES " + found, "SEPT_VE_DISABLE set and reserved bits clear");
    const std::uint64_t xfam = littleEndian(report.xfam);
    checks.judge(kTdxXfam, (xfam & kXfamRequired) == kXfamRequired && (xfam & ~kXfamAllowed) == 0,
                 ErrorKind::PolicyRefused, "XFAM " + toHex(report.xfam), "x87 and SSE, nothing outside 0x6dbe7");
    if (!report.mrServiceTd) return checks.notApplicable(kTdxServiceTd, "TD report 1.0 names no service TD");
    checks.judge(kTdxServiceTd, !report.bindsServiceTd(), ErrorKind::PolicyRefused, toHex(*report.mrServiceTd),
                 "no service TD bound");
}

/// Padding behind the signature data is unsigned. Zeros are how buffers come; anything else is content nobody vouches
/// for. Intel's rules, which chain-only follows, tolerate it.
void judgeTrailing(const AppraisalInputs& inputs, const Bytes& trailing, CheckList& checks)
{
    const bool zero = std::all_of(trailing.begin(), trailing.end(), [](std::uint8_t b) { return b == 0; });
    const std::string found = std::to_string(trailing.size()) + (zero ? " zero bytes" : " bytes, not all zero");
    if (trailing.empty()) return checks.notApplicable(kTdxTrailing, "quote fills its buffer");
    if (isChainOnly(inputs) && !zero) return checks.notApplicable(kTdxTrailing, found + ", unsigned");
    checks.judge(kTdxTrailing, zero, ErrorKind::PolicyRefused, found, "zero padding only");
}

/// This version compares registers as a whole. The profiles for real studies rely on a replayed log, so until it is replayed
/// they accept no TDX evidence.
void judgeEventLog(const AppraisalInputs& inputs, CheckList& checks)
{
    const PolicyProfile profile = inputs.policy.profile;
    if (profile == PolicyProfile::Strict || profile == PolicyProfile::Standard) {
        checks.notChecked(kEventLog, "replaying the event log is not part of this version");
    } else {
        checks.notApplicable(kEventLog, std::string("profile ") + nameOf(profile) + " does not rely on it");
    }
}

}  // namespace

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
    if (product.empty()) return checks.skip(kProduct, kSnpProduct);
    checks.judge(kProduct, policy.acceptedProducts.contains(product), ErrorKind::PolicyRefused,
                 product, "a product line the policy accepts");
}

void judgeTdx(const AppraisalInputs& inputs, const tdx::Quote& quote, CheckList& checks)
{
    const tdx::TdReport& report = quote.report;
    const ReferenceValues::Tdx* values = inputs.referenceValues ? &inputs.referenceValues->tdx : nullptr;
    judgeTrailing(inputs, quote.trailing, checks);
    judgeTdAttributes(inputs, report, checks);
    judgeRegister(inputs, kMrSeam, report.mrSeam, values != nullptr ? &values->mrseam : nullptr, checks);
    judgeRegister(inputs, kMrTd, report.mrTd, values != nullptr ? &values->mrtd : nullptr, checks);
    judgeRegister(inputs, kRtmr[0], report.rtmr[0], values != nullptr ? &values->rtmr0 : nullptr, checks);
    judgeRegister(inputs, kRtmr[1], report.rtmr[1], values != nullptr ? &values->rtmr1 : nullptr, checks);
    judgeRegister(inputs, kRtmr[2], report.rtmr[2], values != nullptr ? &values->rtmr2 : nullptr, checks);
    judgeRegister(inputs, kRtmr[3], report.rtmr[3], values != nullptr ? &values->rtmr3 : nullptr, checks);
    judgeEventLog(inputs, checks);
    judgeLaunchBinding(inputs, kMrConfigId, report.mrConfigId, checks);
    judgeReportData(inputs, report.reportData, checks);
}

void judgeSnp(const AppraisalInputs& inputs, const snp::Report& report, CheckList& checks)
{
    const auto hasBit = [&](std::uint64_t bit) { return (report.policy & bit) != 0; };
    checks.judge(kSnpDebug, !hasBit(snp::kPolicyDebug), ErrorKind::PolicyRefused,
                 hasBit(snp::kPolicyDebug) ? "GUEST_POLICY allows DEBUG" : "GUEST_POLICY forbids DEBUG",
                 "DEBUG (bit 19) clear");
    checks.judge(kSnpMigrateMa, !hasBit(snp::kPolicyMigrateMa), ErrorKind::PolicyRefused,
                 hasBit(snp::kPolicyMigrateMa) ? "GUEST_POLICY allows a migration agent"
                                               : "GUEST_POLICY forbids a migration agent",
                 "MIGRATE_MA (bit 18) clear");
    checks.judge(kVmpl, report.vmpl <= inputs.policy.maxVmpl, ErrorKind::PolicyRefused,
                 "VMPL " + std::to_string(report.vmpl), "at most VMPL " + std::to_string(inputs.policy.maxVmpl));
    const bool vlek = report.signingKey == snp::SigningKeyKind::Vlek;
    checks.judge(kSignerPolicy, !vlek || inputs.policy.acceptVlek, ErrorKind::PolicyRefused, vlek ? "VLEK" : "VCEK",
                 inputs.policy.acceptVlek ? "VCEK or VLEK" : "VCEK");
    judgeRegister(inputs, kMeasurement, report.measurement,
                  inputs.referenceValues ? &inputs.referenceValues->sevSnp.measurement : nullptr, checks);
    judgeLaunchBinding(inputs, kHostData, report.hostData, checks);
    judgeReportData(inputs, report.reportData, checks);
}

}  // namespace quorate::attestation
