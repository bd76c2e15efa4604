// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/demo_world.h"
#include "core/attestation/simulated/demo_vendor.h"

namespace quorate::demo {

/// Everybody of the demo, newly made: the roster's entries and the keys that belong to them.
struct DemoMembers {
    study::Roster roster;
    std::vector<Identity> people;
    std::vector<Identity> nodes;  ///< One for each site, in order.
};

Result<DemoMembers> makeMembers(const ConsortiumAuthority& authority, const std::vector<DemoSite>& sites, UtcSeconds now,
                                const RandomSource& random);
/// Hospitals found in a data folder, by code; names where the demo knows them.
Result<std::vector<DemoSite>> findSites(const std::filesystem::path& data, UtcSeconds now, const RandomSource& random);
/// Protocol, policy and reference values of the demo study, signed.
Result<study::StudyPackage> makePackage(const ConsortiumAuthority& authority, const DemoMembers& members,
                                        const std::vector<DemoSite>& sites, const DemoOptions& options, UtcSeconds now,
                                        const RandomSource& random);

}  // namespace quorate::demo
