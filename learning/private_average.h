// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "learning/aggregate.h"

namespace quorate::learning {

/// One round of site-level privacy (docs/privacy.md).
struct SitePrivacyRound {
    double clipNorm = 0;           ///< S of this round.
    double noiseMultiplier = 0;    ///< Of the updates: z, or z_delta beside a noised count.
    double denominator = 0;        ///< q W, whoever took part.
    std::uint64_t sites = 0;       ///< Most updates that can come.
};

struct PrivateOutcome {
    std::vector<UpdateOutcome> outcomes;  ///< In the order of the sites' names.
    std::uint64_t withinNorm = 0;         ///< Sites whose change was at most clipNorm long: not to be given out without noise.
};

/// The next model of DP-FedAvg (McMahan et al. 2018): each site's change is clipped and weighs 1, the sum gets discrete Gaussian
/// noise on the fold's grid and is divided by the fixed denominator; the plan's server optimiser then takes its step. Without
/// updates the sum is noise alone. Same updates and same random bytes give the same model. Malformed as aggregate(), or when
/// the rule makes no plain sum, there are more updates than `sites`, or the noise does not fit the grid. Charge the ledger before
/// what the sink took is given out.
Result<PrivateOutcome> aggregatePrivately(const study::AggregationPlan& plan, const ModelManifest& model,
                                          std::span<const StoredUpdate> updates, const UpdateSource& base, ServerState& state,
                                          const ModelSink& sink, const SitePrivacyRound& round, const RandomSource& random,
                                          const AggregationOptions& options = {});

}  // namespace quorate::learning
