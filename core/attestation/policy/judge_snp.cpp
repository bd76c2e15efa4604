// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/policy/judge_shared.h"

namespace quorate::attestation {
namespace {

using namespace checks;

/// Refused with no override, whatever the policy says.
void judgeUntrustedPolicy(const snp::Report& report, CheckList& checks)
{
    const auto hasBit = [&](std::uint64_t bit) { return (report.policy & bit) != 0; };
    checks.judge(kSnpDebug, !hasBit(snp::kPolicyDebug), ErrorKind::PolicyRefused,
                 hasBit(snp::kPolicyDebug) ? "GUEST_POLICY allows DEBUG" : "GUEST_POLICY forbids DEBUG",
                 "DEBUG (bit 19) clear");
    checks.judge(kSnpMigrateMa, !hasBit(snp::kPolicyMigrateMa), ErrorKind::PolicyRefused,
                 hasBit(snp::kPolicyMigrateMa) ? "GUEST_POLICY allows a migration agent"
                                               : "GUEST_POLICY forbids a migration agent",
                 "MIGRATE_MA (bit 18) clear");
}

void judgeMinimum(const CheckKind& kind, const char* name, const snp::TcbParts& found, const snp::TcbParts& least, CheckList& checks)
{
    checks.judge(kind, least.isAtMost(found), ErrorKind::PolicyRefused, std::string(name) + " " + found.text(),
                 "each component at least " + least.text());
}

void judgeMinimumTcb(const AppraisalInputs& inputs, const snp::Report& report, std::optional<snp::Product> product, CheckList& checks)
{
    const CheckKind* const kinds[] = {&kSnpMinimumReported, &kSnpMinimumCommitted, &kSnpMinimumLaunch};
    for (const CheckKind* kind : kinds) {
        if (isChainOnly(inputs)) checks.notApplicable(*kind, kDiagnosticOnly);
        else if (!product) checks.skip(*kind, kSnpProduct);
    }
    if (isChainOnly(inputs) || !product) return;
    const auto entry = inputs.policy.snp.minimumTcb.find(snp::nameOf(*product));
    if (entry == inputs.policy.snp.minimumTcb.end()) {
        for (const CheckKind* kind : kinds)
            checks.fail(*kind, ErrorKind::PolicyRefused, std::string("the policy has no minimum for ") + snp::nameOf(*product), "a minimum TCB");
        return;
    }
    const auto decoded = [&](const snp::TcbBytes& bytes) { return snp::decodeTcb(*product, bytes); };
    judgeMinimum(kSnpMinimumReported, "reported", decoded(report.reportedTcb), entry->second.reported, checks);
    judgeMinimum(kSnpMinimumCommitted, "committed", decoded(report.committedTcb), entry->second.committed, checks);
    judgeMinimum(kSnpMinimumLaunch, "launch", decoded(report.launchTcb), entry->second.launch, checks);
}

void judgeBits(const AppraisalInputs& inputs, const CheckKind& kind, std::uint64_t found, const BitRule& rule,
               std::span<const BitWord> words, CheckList& checks)
{
    if (isChainOnly(inputs)) return checks.notApplicable(kind, kDiagnosticOnly);
    if (rule.asksNothing()) return checks.notApplicable(kind, "the policy asks for no bit");
    checks.judge(kind, rule.isMetBy(found), ErrorKind::PolicyRefused, hexNumber(found) + " (" + wordsFor(found, words) + ")",
                 "required: " + wordsFor(rule.required, words) + "; forbidden: " + wordsFor(rule.forbidden, words));
}

/// Before version 5 a report has no such vector, which reads as zero: required bits are then missing, not excused.
void judgeMitigations(const AppraisalInputs& inputs, const CheckKind& kind, std::uint64_t found, std::uint64_t required, CheckList& checks)
{
    if (isChainOnly(inputs)) return checks.notApplicable(kind, kDiagnosticOnly);
    if (required == 0) return checks.notApplicable(kind, "the policy asks for no mitigation bit");
    checks.judge(kind, (found & required) == required, ErrorKind::PolicyRefused, hexNumber(found), hexNumber(required) + " set");
}

void judgeGuestPolicy(const AppraisalInputs& inputs, const snp::Report& report, CheckList& checks)
{
    // What the guest's owner allows by ABI and reserved bits is no rule of ours; the words are those of bits 16 to 25.
    const std::uint64_t ruled = report.policy & ~(0xffffull | snp::kPolicyReservedOne);
    judgeBits(inputs, kGuestPolicyBits, ruled, inputs.policy.snp.guestPolicy, kGuestPolicyWords, checks);
    const AbiVersion abi{static_cast<std::uint8_t>(report.policy >> 8), static_cast<std::uint8_t>(report.policy)};
    const AbiVersion& least = inputs.policy.snp.minimumAbi;
    const auto text = [](const AbiVersion& version) { return std::to_string(version.major) + "." + std::to_string(version.minor); };
    if (isChainOnly(inputs)) return checks.notApplicable(kGuestPolicyAbi, kDiagnosticOnly);
    if (least == AbiVersion{}) return checks.notApplicable(kGuestPolicyAbi, "the policy asks for no ABI version");
    checks.judge(kGuestPolicyAbi, abi >= least, ErrorKind::PolicyRefused, "ABI " + text(abi), "at least ABI " + text(least));
}

void judgeSigner(const AppraisalInputs& inputs, const snp::Report& report, const Claims& claims, CheckList& checks)
{
    const AppraisalPolicy& policy = inputs.policy;
    const bool vlek = report.signingKey == snp::SigningKeyKind::Vlek;
    const std::string wanted = policy.acceptVcek && policy.acceptVlek ? "VCEK or VLEK"
                               : policy.acceptVcek                    ? "VCEK"
                               : policy.acceptVlek                    ? "VLEK"
                                                                      : "no signer is accepted";
    const bool accepted =
        checks.judge(kSignerPolicy, vlek ? policy.acceptVlek : policy.acceptVcek, ErrorKind::PolicyRefused, vlek ? "VLEK" : "VCEK", wanted);
    if (!vlek) return checks.notApplicable(kVlekProvider, "a VCEK names a chip, not a provider");
    if (isChainOnly(inputs)) return checks.notApplicable(kVlekProvider, kDiagnosticOnly);
    if (!accepted) return checks.skip(kVlekProvider, kSignerPolicy);
    if (policy.snp.vlekCspIds.any) return checks.notApplicable(kVlekProvider, "the policy takes any provider");
    const auto csp = claims.find("cspId");
    if (csp == claims.end()) return checks.skip(kVlekProvider, kVekExtensions);
    std::string providers;
    for (const std::string& id : policy.snp.vlekCspIds.values) providers += (providers.empty() ? "" : " or ") + id;
    checks.judge(kVlekProvider, policy.snp.vlekCspIds.permits(csp->second), ErrorKind::PolicyRefused, csp->second,
                 providers.empty() ? "no provider is approved" : providers);
}

void judgeLaunchIdentity(const AppraisalInputs& inputs, const snp::Report& report, CheckList& checks)
{
    const SnpPolicy& policy = inputs.policy.snp;
    judgeListed(inputs, kIdKey, report.idKeyDigest, policy.idKeyDigests, "ID key", checks);
    // Without AUTHOR_KEY_EN the digest says nothing; only a policy that lists "none" (zero) may take it.
    judgeListed(inputs, kAuthorKey, report.authorKeyEnabled ? report.authorKeyDigest : Digest48{}, policy.authorKeyDigests, "author key",
                checks);
    judgeListed(inputs, kFamilyId, report.familyId, policy.familyIds, "family", checks);
    judgeListed(inputs, kImageId, report.imageId, policy.imageIds, "image", checks);
    if (isChainOnly(inputs)) return checks.notApplicable(kGuestSvn, kDiagnosticOnly);
    if (policy.minimumGuestSvn == 0) return checks.notApplicable(kGuestSvn, "the policy asks for no GUEST_SVN");
    checks.judge(kGuestSvn, report.guestSvn >= policy.minimumGuestSvn, ErrorKind::PolicyRefused,
                 "GUEST_SVN " + std::to_string(report.guestSvn), "at least " + std::to_string(policy.minimumGuestSvn));
}

}  // namespace

void judgeSnp(const AppraisalInputs& inputs, const snp::Report& report, std::optional<snp::Product> product, const Claims& claims,
              CheckList& checks)
{
    judgeUntrustedPolicy(report, checks);
    judgeMinimumTcb(inputs, report, product, checks);
    judgeGuestPolicy(inputs, report, checks);
    judgeBits(inputs, kPlatformInfo, report.platformInfo, inputs.policy.snp.platformInfo, kPlatformInfoWords, checks);
    judgeMitigations(inputs, kLaunchMitigations, report.launchMitigations, inputs.policy.snp.requiredLaunchMitigations, checks);
    judgeMitigations(inputs, kCurrentMitigations, report.currentMitigations, inputs.policy.snp.requiredCurrentMitigations, checks);
    checks.judge(kVmpl, report.vmpl <= inputs.policy.maxVmpl, ErrorKind::PolicyRefused,
                 "VMPL " + std::to_string(report.vmpl), "at most VMPL " + std::to_string(inputs.policy.maxVmpl));
    judgeSigner(inputs, report, claims, checks);
    judgeListed(inputs, kSnpHardware, report.chipId, inputs.policy.snp.chipIds, "machine", checks);
    judgeLaunchIdentity(inputs, report, checks);
    judgeRegister(inputs, kMeasurement, report.measurement,
                  inputs.referenceValues ? &inputs.referenceValues->sevSnp.measurement : nullptr, checks);
    judgeLaunchBinding(inputs, kHostData, report.hostData.view(), checks);
    judgeReportData(inputs, report.reportData, checks);
}

}  // namespace quorate::attestation
