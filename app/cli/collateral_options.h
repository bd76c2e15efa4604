// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "app/cli/exit_codes.h"
#include "core/attestation/collateral/supply.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// Where collateral comes from and where it is kept, as a command line says it.
struct CollateralOptions {
    std::string pcs;
    std::string rootCrl;
    std::string kds;
    std::string cache;
    std::string caFile;
    std::string tcbUpdate;
    std::string product;
    bool allowHttp = false;
    bool offline = false;
};

void addCollateralOptions(CLI::App& command, CollateralOptions& options);

/// A supply with the source that it asks.
class Supplier {
public:
    /// Unavailable when the cache's folder cannot be read or no folder for it is known.
    static Result<Supplier> open(const CollateralOptions& options, attestation::TrustAnchors anchors);
    [[nodiscard]] attestation::CollateralSupply& supply() { return *m_supply; }

private:
    std::unique_ptr<CollateralSource> m_source;
    std::unique_ptr<attestation::CollateralSupply> m_supply;
};

/// What `appraise --fetch` adds.
struct FetchOptions {
    bool fetch = false;
    CollateralOptions collateral;
};

void addFetchOptions(CLI::App& command, FetchOptions& options);
/// Without --fetch nothing. With it, the inputs' collateral is completed from cache and network; CollateralUnavailable,
/// and a sentence on standard error (with `json`, an object on standard output), when something is still missing.
/// Evidence that cannot be read is left to the appraisal to refuse.
ExitCode completeCollateral(const FetchOptions& options, attestation::AppraisalInputs& inputs, bool json);

} // namespace quorate::cli
