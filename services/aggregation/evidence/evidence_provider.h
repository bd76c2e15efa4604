// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "core/attestation/evidence.h"
#include "core/attestation/simulated/demo_vendor.h"
#include "core/base/clock.h"

namespace quorate::services {

/// Evidence over the given report_data, with the collateral that the operator keeps beside it.
struct ProvidedEvidence {
    attestation::Evidence evidence;
    attestation::Collateral collateral;
};

/// Where a confidential VM gets its evidence from. One request at a time.
class EvidenceProvider {
public:
    virtual ~EvidenceProvider() = default;
    virtual Result<ProvidedEvidence> provide(const Digest64& reportData) = 0;
};

struct ConfigfsTsmOptions {
    std::filesystem::path root = "/sys/kernel/config/tsm/report";
    std::filesystem::path eventLog = "/sys/firmware/acpi/tables/data/CCEL";  ///< Read for TDX, when it is there.
    std::filesystem::path collateralFolder;  ///< Files named as in attestation::Collateral; may be empty.
    std::string entry = "quorate";           ///< First part of the name of each instance made under `root`.
    int timeoutMs = 10000;
};

/// Linux configfs-tsm (kernel 6.7 and later): makes an instance, writes inblob, reads outblob and auxblob, and refuses when
/// `generation` says that somebody else wrote to the instance in between.
std::unique_ptr<EvidenceProvider> makeConfigfsTsmProvider(ConfigfsTsmOptions options);

/// Evidence in the genuine formats, signed by the demo vendor; a study in training mode alone accepts it.
std::unique_ptr<EvidenceProvider> makeSimulatedProvider(attestation::DemoVendor vendor, attestation::TeeKind tee,
                                                        attestation::SimulatedLaunch launch, Clock clock);

/// Regular files of `folder`, at most 64 of at most 4 MiB together. Used for collateral beside a node.
Result<attestation::Collateral> readCollateralFolder(const std::filesystem::path& folder);

}  // namespace quorate::services
