// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/attestation/policy/judge_shared.h"

namespace quorate::attestation {
namespace {

using namespace checks;

constexpr std::uint64_t kTdDebug = 1;
constexpr std::uint64_t kTdUntrustedBits = 0xff;
constexpr std::uint64_t kTdMigratable = 1ull << 29;

std::uint64_t littleEndian(const FixedBytes<8>& value)
{
    std::uint64_t out = 0;
    for (std::size_t i = 8; i-- > 0;) out = out << 8 | value.bytes[i];
    return out;
}

/// Refused with no override, whatever the policy says.
void judgeUntrustedAttributes(const tdx::TdReport& report, CheckList& checks)
{
    const std::uint64_t attributes = littleEndian(report.tdAttributes);
    const std::string found = "TDATTRIBUTES " + toHex(report.tdAttributes);
    checks.judge(kTdxDebug, (attributes & kTdUntrustedBits) == 0, ErrorKind::PolicyRefused,
                 found + ((attributes & kTdDebug) != 0 ? ", DEBUG set" : ""), "DEBUG and bits 7:1 clear");
    checks.judge(kTdxMigratable, (attributes & kTdMigratable) == 0, ErrorKind::PolicyRefused, found, "MIGRATABLE (bit 29) clear");
}

/// MRSERVICETD says which service TDs are bound; a later report has further fields, which say that there is one.
void judgeServiceTd(const tdx::TdReport& report, const AllowList<Digest48>& allowed, CheckList& checks)
{
    if (!report.mrServiceTd) return checks.notApplicable(kTdxServiceTd, "TD report 1.0 names no service TD");
    if (allowed.any) return checks.notApplicable(kTdxServiceTd, "the policy takes any service TD");
    const bool named = report.bindsServiceTd() != report.mrServiceTd->isZero();
    checks.judge(kTdxServiceTd, named && allowed.permits(*report.mrServiceTd), ErrorKind::PolicyRefused, toHex(*report.mrServiceTd),
                 allowed.values == std::set<Digest48>{Digest48{}} ? "no service TD bound" : "an approved service TD");
}

void judgeAttributes(const AppraisalInputs& inputs, const tdx::TdReport& report, CheckList& checks)
{
    judgeUntrustedAttributes(report, checks);
    if (isChainOnly(inputs)) {
        for (const CheckKind* kind : {&kTdxAttributes, &kTdxXfam, &kSeamAttributes, &kTdxServiceTd})
            checks.notApplicable(*kind, kDiagnosticOnly);
        return;
    }
    const TdxPolicy& policy = inputs.policy.tdx;
    // The bits that are refused on their own are not refused twice.
    const std::uint64_t attributes = littleEndian(report.tdAttributes) & ~(kTdUntrustedBits | kTdMigratable);
    const auto words = [](std::uint64_t bits) { return wordsFor(bits, kTdAttributeWords); };
    checks.judge(kTdxAttributes,
                 BitRule{policy.requiredAttributes, ~policy.allowedAttributes}.isMetBy(attributes), ErrorKind::PolicyRefused,
                 "TDATTRIBUTES " + toHex(report.tdAttributes) + " (" + words(attributes) + ")",
                 "required: " + words(policy.requiredAttributes) + "; allowed: " + words(policy.allowedAttributes));
    checks.judge(kTdxXfam, BitRule{policy.requiredXfam, ~policy.allowedXfam}.isMetBy(littleEndian(report.xfam)),
                 ErrorKind::PolicyRefused, "XFAM " + toHex(report.xfam),
                 hexNumber(policy.requiredXfam) + " set, nothing outside " + hexNumber(policy.allowedXfam));
    checks.judge(kSeamAttributes, (littleEndian(report.seamAttributes) & ~policy.allowedSeamAttributes) == 0,
                 ErrorKind::PolicyRefused, "SEAMATTRIBUTES " + toHex(report.seamAttributes),
                 "nothing outside " + hexNumber(policy.allowedSeamAttributes));
    judgeServiceTd(report, policy.serviceTds, checks);
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

/// The profiles for real studies rely on a replayed log, so until it is replayed they accept no TDX evidence.
void judgeEventLog(const AppraisalInputs& inputs, CheckList& checks)
{
    if (isChainOnly(inputs)) return checks.notApplicable(kEventLog, kDiagnosticOnly);
    if (!inputs.policy.tdx.requireEventLog) return checks.notApplicable(kEventLog, "the policy does not rely on it");
    checks.notChecked(kEventLog, "replaying the event log is not part of this version");
}

void judgeHardware(const AppraisalInputs& inputs, const Claims& claims, CheckList& checks)
{
    const auto entry = claims.find("piid");
    const bool listed = !isChainOnly(inputs) && !inputs.policy.tdx.platformInstances.any;
    if (listed && entry == claims.end())
        return checks.fail(kTdxHardware, ErrorKind::PolicyRefused, "PCK certificate names no platform instance", "an approved machine");
    const auto found = entry == claims.end() ? Result<FixedBytes<16>>(FixedBytes<16>{}) : parseHexFixed<16>(entry->second);
    judgeListed(inputs, kTdxHardware, found.value_or(FixedBytes<16>{}), inputs.policy.tdx.platformInstances, "machine", checks);
}

}  // namespace

void judgeTdx(const AppraisalInputs& inputs, const tdx::Quote& quote, const Claims& claims, CheckList& checks)
{
    const tdx::TdReport& report = quote.report;
    const ReferenceValues::Tdx* values = inputs.referenceValues ? &inputs.referenceValues->tdx : nullptr;
    judgeTrailing(inputs, quote.trailing, checks);
    judgeAttributes(inputs, report, checks);
    judgeHardware(inputs, claims, checks);
    judgeListed(inputs, kMrOwner, report.mrOwner, inputs.policy.tdx.owners, "owner", checks);
    judgeListed(inputs, kMrOwnerConfig, report.mrOwnerConfig, inputs.policy.tdx.ownerConfigs, "owner configuration", checks);
    judgeRegister(inputs, kMrSeam, report.mrSeam, values != nullptr ? &values->mrseam : nullptr, checks);
    judgeRegister(inputs, kMrTd, report.mrTd, values != nullptr ? &values->mrtd : nullptr, checks);
    judgeRegister(inputs, kRtmr[0], report.rtmr[0], values != nullptr ? &values->rtmr0 : nullptr, checks);
    judgeRegister(inputs, kRtmr[1], report.rtmr[1], values != nullptr ? &values->rtmr1 : nullptr, checks);
    judgeRegister(inputs, kRtmr[2], report.rtmr[2], values != nullptr ? &values->rtmr2 : nullptr, checks);
    judgeRegister(inputs, kRtmr[3], report.rtmr[3], values != nullptr ? &values->rtmr3 : nullptr, checks);
    judgeEventLog(inputs, checks);
    judgeLaunchBinding(inputs, kMrConfigId, report.mrConfigId.view(), checks);
    judgeReportData(inputs, report.reportData, checks);
}

}  // namespace quorate::attestation
