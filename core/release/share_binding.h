// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/release/release.h"

namespace quorate::release {

/// What HPKE binds a share to (trust protocol, section 5). Included by the .cpp files of this folder only.
struct ShareBinding {
    Bytes info;
    Bytes aad;
};

/// At the split, to the custodian's identity key.
ShareBinding bindingAtSplit(const Uuid& study, std::uint64_t keyEpoch, const Uuid& custodian);
/// At the release, to the attested key.
ShareBinding bindingAtRelease(const ReleaseStatement& statement, const Digest32& statementDigest, const Uuid& custodian);

/// Two computers' clocks may differ by so much; counts for beginnings, never for ends.
inline constexpr std::chrono::minutes kClockSkew{5};

}  // namespace quorate::release
