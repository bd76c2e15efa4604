// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/aggregate.h"

namespace quorate::learning {

/// How good a model is, the higher the better: accuracy or AUC on records that took no part in training.
using ModelScore = std::function<Result<double>(const ModelWeights&)>;

/// What one site's update did to one round's model.
struct SiteContribution {
    std::string site;
    double scoreWithout = 0;  ///< Of the model that the same round gives without this site.
    double difference = 0;    ///< Score with all minus scoreWithout; below 0: the model was better without it.
    bool operator==(const SiteContribution&) const = default;
};
struct RoundContributions {
    double scoreOfAll = 0;
    std::vector<SiteContribution> sites;  ///< By the sites' names.
};

/// Leave-one-out on the stored updates of one round: aggregates again without each site, from the state `before` that round.
/// It says what an update did in this round given all the others, not what the site's records are worth: what a site taught the model
/// in earlier rounds is in the base. Sites + 1 aggregations and scores. Malformed when the rule does not work for one site
/// fewer, or a score is not finite.
Result<RoundContributions> leaveOneOut(const study::AggregationPlan& plan, const ModelManifest& model, std::span<const StoredUpdate> updates,
                                       const UpdateSource& base, const ServerState& before, const ModelScore& score,
                                       const AggregationOptions& options = {});

}  // namespace quorate::learning
