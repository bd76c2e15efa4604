// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "learning/private_average.h"
#include "services/aggregation/store/model_file.h"

namespace quorate::services {

/// The updates of a round that is closing. They and the base model outlive it.
struct ClosingRound {
    study::AggregationPlan plan;
    learning::ModelManifest manifest;
    std::vector<learning::StoredUpdate> updates;
    std::shared_ptr<const learning::UpdateSource> base;
    std::optional<learning::SitePrivacyRound> privacy;  ///< Noise on the sum; none: none here.
    std::uint64_t populationWeight = 0;                 ///< AggregationOptions'.
    std::shared_ptr<const learning::AverageFold> folded = nullptr;  ///< These updates, as they came; null: they are read.
};

struct FoldedRound {
    std::shared_ptr<const ModelFile> model;  ///< Of exchangedManifest(): with SCAFFOLD the new c is behind the new model.
    std::vector<learning::UpdateOutcome> outcomes;
    std::uint64_t withinNorm = 0;  ///< With privacy: PrivateOutcome's, which nobody may see without noise.
};

/// The next model by the plan's rule, column block by column block: but for `state`, and with privacy one total for each value, what
/// is held does not grow with the model. `random` draws the noise.
Result<FoldedRound> foldRound(const ClosingRound& round, learning::ServerState& state, ModelWriter writer, const RandomSource& random);

/// As receipts name it: "fedavg", "trimmed-mean byzantine-sites=2 clip-norm=1.5".
std::string ruleText(const study::AggregationPlan& plan);
/// What a receipt says of an update that was taken.
std::string outcomeText(const learning::UpdateOutcome& outcome);

}  // namespace quorate::services
