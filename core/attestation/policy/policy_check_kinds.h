// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/verify/check_kinds.h"

/// The checks that exist because a policy may ask for them.
namespace quorate::attestation::checks {

inline constexpr CheckKind kProductAcceptance{"policy.product-acceptance", Locked, kTrust4};
inline constexpr CheckKind kCollateralAge{"policy.collateral-age", UpToDate, kTrust4};

inline constexpr CheckKind kSnpMinimumReported{"snp.tcb.minimum-reported", UpToDate, kTrust4};
inline constexpr CheckKind kSnpMinimumCommitted{"snp.tcb.minimum-committed", UpToDate, kTrust4};
inline constexpr CheckKind kSnpMinimumLaunch{"snp.tcb.minimum-launch", UpToDate, kTrust4};
inline constexpr CheckKind kGuestPolicyBits{"snp.guest-policy", Locked, kTrust4};
inline constexpr CheckKind kGuestPolicyAbi{"snp.guest-policy.abi", Locked, kTrust4};
inline constexpr CheckKind kPlatformInfo{"snp.platform-info", Locked, kTrust4};
inline constexpr CheckKind kLaunchMitigations{"snp.mitigations.launch", UpToDate, kTrust4};
inline constexpr CheckKind kCurrentMitigations{"snp.mitigations.current", UpToDate, kTrust4};
inline constexpr CheckKind kVlekProvider{"snp.vlek-provider", Locked, kTrust4};
inline constexpr CheckKind kIdKey{"snp.id-key", ApprovedProgram, kTrust4};
inline constexpr CheckKind kAuthorKey{"snp.author-key", ApprovedProgram, kTrust4};
inline constexpr CheckKind kGuestSvn{"snp.guest-svn", ApprovedProgram, kTrust4};
inline constexpr CheckKind kFamilyId{"snp.family-id", ApprovedProgram, kTrust4};
inline constexpr CheckKind kImageId{"snp.image-id", ApprovedProgram, kTrust4};
inline constexpr CheckKind kSnpHardware{"snp.hardware", Locked, kTrust4};

inline constexpr CheckKind kSeamAttributes{"tdx.seam-attributes", Locked, kTrust4};
inline constexpr CheckKind kMrOwner{"tdx.mrowner", ApprovedProgram, kTrust4};
inline constexpr CheckKind kMrOwnerConfig{"tdx.mrownerconfig", ApprovedProgram, kTrust4};
inline constexpr CheckKind kTdxHardware{"tdx.hardware", Locked, kTrust4};

}  // namespace quorate::attestation::checks
