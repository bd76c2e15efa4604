// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/policy/policy.h"

namespace quorate::attestation {

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
    AppraisalPolicy policy;
    policy.version = 1;
    policy.profile = profile;
    policy.acceptedTees = {TeeKind::Tdx, TeeKind::SevSnp};
    policy.acceptedProducts = {"TDX", "Milan", "Genoa", "Turin"};
    policy.acceptedTcbStatuses = {"UpToDate"};
    switch (profile) {
    case PolicyProfile::Strict:
        policy.reattestMinutes = 10;
        break;
    case PolicyProfile::Standard:
    case PolicyProfile::Training:
        policy.acceptedTcbStatuses.insert("SWHardeningNeeded");
        break;
    case PolicyProfile::ChainOnly:
        // Everything the vendor still vouches for: the profile reports a status, it does not judge its age.
        policy.acceptedTcbStatuses = {"UpToDate",
                                      "SWHardeningNeeded",
                                      "ConfigurationNeeded",
                                      "ConfigurationAndSWHardeningNeeded",
                                      "OutOfDate",
                                      "OutOfDateConfigurationNeeded",
                                      "TDRelaunchAdvised",
                                      "TDRelaunchAdvisedConfigurationNeeded"};
        policy.maxVmpl = 3;
        policy.acceptVlek = true;
        break;
    }
    return policy;
}

}  // namespace quorate::attestation
