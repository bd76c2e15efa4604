// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/policy/policy.h"

namespace quorate::attestation {
namespace {

constexpr std::uint64_t bit(int number) { return 1ull << number; }

constexpr std::uint64_t kSeptVeDisable = bit(28);
constexpr std::uint64_t kKnownAttributes = kSeptVeDisable | bit(30) | bit(31) | bit(63);
constexpr std::uint64_t kXfamBase = 0x3;
constexpr std::uint64_t kXfamKnown = 0x6dbe7;
/// What genuine collateral of 2025 carries. A lower number would judge with what was known before.
constexpr std::uint32_t kEvaluationNumberOf2025 = 17;

/// AMD's lists were once good for a year; today for 46 days.
constexpr std::uint32_t kYearOldList = 400;
constexpr std::uint32_t kRecentList = 60;

SnpTcbMinimum all(const snp::TcbParts& parts) { return {parts, parts, parts}; }

/// Least TCBs that genuine reports of public clouds show since 2025, so that none of them is refused for its age.
std::map<std::string, SnpTcbMinimum> cloudMinimum()
{
    return {{"Milan", all({.fmc = 0, .bootLoader = 4, .tee = 0, .snp = 24, .microcode = 217})},
            {"Genoa", all({.fmc = 0, .bootLoader = 10, .tee = 0, .snp = 23, .microcode = 84})},
            {"Turin", all({.fmc = 1, .bootLoader = 1, .tee = 1, .snp = 1, .microcode = 1})}};
}

/// The newest that genuine reports show.
std::map<std::string, SnpTcbMinimum> newestMinimum()
{
    auto out = cloudMinimum();
    out["Milan"] = all({.fmc = 0, .bootLoader = 4, .tee = 0, .snp = 24, .microcode = 219});
    out["Turin"] = all({.fmc = 1, .bootLoader = 3, .tee = 2, .snp = 5, .microcode = 97});
    return out;
}

AppraisalPolicy base(PolicyProfile profile)
{
    AppraisalPolicy policy;
    policy.version = 1;
    policy.profile = profile;
    policy.acceptedTees = {TeeKind::Tdx, TeeKind::SevSnp};
    policy.acceptedProducts = {"TDX", "Milan", "Genoa", "Turin"};
    policy.acceptedTcbStatuses = {{"UpToDate", {}}};
    policy.maxCollateralAgeDays = kYearOldList;
    policy.acceptVcek = true;
    policy.snp.minimumTcb = cloudMinimum();
    policy.snp.idKeyDigests = policy.snp.authorKeyDigests = AllowList<Digest48>::anything();
    policy.snp.familyIds = policy.snp.imageIds = AllowList<FixedBytes<16>>::anything();
    policy.snp.chipIds = AllowList<FixedBytes<64>>::anything();
    policy.tdx.requiredAttributes = kSeptVeDisable;
    policy.tdx.allowedAttributes = kKnownAttributes;
    policy.tdx.requiredXfam = kXfamBase;
    policy.tdx.allowedXfam = kXfamKnown;
    policy.tdx.serviceTds.values = {Digest48{}};
    policy.tdx.owners = policy.tdx.ownerConfigs = AllowList<Digest48>::anything();
    policy.tdx.platformInstances = AllowList<FixedBytes<16>>::anything();
    return policy;
}

AppraisalPolicy strict()
{
    AppraisalPolicy policy = base(PolicyProfile::Strict);
    policy.productsUnderAcceptance = {"Milan"};
    policy.minTcbEvaluationDataNumber = kEvaluationNumberOf2025;
    policy.maxCollateralAgeDays = kRecentList;
    policy.reattestMinutes = 10;
    policy.snp.minimumTcb = newestMinimum();
    policy.snp.guestPolicy.forbidden = bit(16) | bit(21);
    policy.snp.platformInfo = {.required = bit(2) | bit(5), .forbidden = bit(0)};
    policy.tdx.allowedAttributes = kSeptVeDisable | bit(30);
    return policy;
}

AppraisalPolicy standard(PolicyProfile profile)
{
    AppraisalPolicy policy = base(profile);
    policy.acceptedTcbStatuses["SWHardeningNeeded"];
    policy.snp.guestPolicy.forbidden = bit(21);
    return policy;
}

/// Everything the vendor still vouches for: the profile reports a status, it does not judge its age.
AppraisalPolicy chainOnly()
{
    AppraisalPolicy policy = base(PolicyProfile::ChainOnly);
    for (const char* status : {"SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded", "OutOfDate",
                               "OutOfDateConfigurationNeeded", "TDRelaunchAdvised", "TDRelaunchAdvisedConfigurationNeeded"}) {
        policy.acceptedTcbStatuses[status];
    }
    policy.maxVmpl = 3;
    policy.acceptVlek = true;
    policy.snp.vlekCspIds = AllowList<std::string>::anything();
    return policy;
}

}  // namespace

const char* nameOf(PolicyProfile profile)
{
    switch (profile) {
    case PolicyProfile::Strict: return "strict";
    case PolicyProfile::Standard: return "standard";
    case PolicyProfile::Training: return "training";
    case PolicyProfile::ChainOnly: return "chain-only";
    }
    return "unknown";
}

AppraisalPolicy shippedPolicy(PolicyProfile profile)
{
    switch (profile) {
    case PolicyProfile::Strict: return strict();
    case PolicyProfile::Standard: return standard(profile);
    case PolicyProfile::Training: {
        AppraisalPolicy policy = standard(profile);
        // A rehearsal's platform has no boot that could be logged.
        policy.tdx.requireEventLog = false;
        return policy;
    }
    case PolicyProfile::ChainOnly: return chainOnly();
    }
    return {};
}

std::vector<std::string> contradictions(const AppraisalPolicy& policy)
{
    std::vector<std::string> out;
    const auto disjoint = [&out](const BitRule& rule, const char* name) {
        if ((rule.required & rule.forbidden) != 0) out.push_back(std::string(name) + " requires and forbids one bit");
    };
    disjoint(policy.snp.guestPolicy, "guestPolicy");
    disjoint(policy.snp.platformInfo, "platformInfo");
    if ((policy.tdx.requiredAttributes & ~policy.tdx.allowedAttributes) != 0)
        out.push_back("tdx requires an attribute that it does not allow");
    if ((policy.tdx.requiredXfam & ~policy.tdx.allowedXfam) != 0) out.push_back("tdx requires an XFAM bit that it does not allow");
    for (const std::string& product : policy.acceptedProducts) {
        if (product != "TDX" && !policy.snp.minimumTcb.contains(product))
            out.push_back("product " + product + " is accepted and has no minimum TCB");
    }
    for (const std::string& product : policy.productsUnderAcceptance) {
        if (!policy.acceptedProducts.contains(product))
            out.push_back("product " + product + " waits for an acceptance and is not among the accepted");
    }
    if (policy.acceptVlek && !policy.snp.vlekCspIds.any && policy.snp.vlekCspIds.values.empty())
        out.push_back("a VLEK may sign and no provider is named");
    return out;
}

}  // namespace quorate::attestation
