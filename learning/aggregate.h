// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "learning/fold.h"
#include "learning/model.h"
#include "learning/server_state.h"
#include "learning/update_source.h"

namespace quorate::learning {

/// One site's model after local training (and, for SCAFFOLD, the change of its control variate), kept somewhere.
struct StoredUpdate {
    std::string site;                      ///< Unique among the updates; their order of precedence, whatever they came in.
    std::uint64_t weight = 0;              ///< Training records.
    const UpdateSource* values = nullptr;  ///< Of exchangedManifest(); outlives the call.
};

/// Takes the next model, piece by piece from the first value to the last; never two pieces at once, but on any thread.
using ModelSink = std::function<Result<void>(std::uint64_t firstValue, std::span<const float> values)>;

struct AggregationOptions {
    unsigned threads = 0;                ///< 0: as many as the machine has. The result does not depend on it.
    /// Training records of all sites of the study, whether or not they are in this round; 0: of the updates. Averages are
    /// taken on its grid, so give it wherever AverageFold had it as largestTotalWeight and the bytes must be the same.
    std::uint64_t populationWeight = 0;
    double largestValue = kLargestValue; ///< Of an update.
};

/// What became of a site's update. Receipts say so.
struct UpdateOutcome {
    std::string site;
    bool isSelected = true;   ///< False: Krum or Multi-Krum left it out.
    double clipFactor = 1;    ///< What its change was multiplied by; below 1: it was clipped.
    bool operator==(const UpdateOutcome&) const = default;
};

/// Means, which AverageFold can take as updates arrive; the others need all updates at once.
bool isAverage(study::AggregationRule rule);
/// What a site is sent and what it uploads: the model; for SCAFFOLD followed by "control/<name>" for each of its tensors (down:
/// the service's control variate; up: the change of the site's).
ModelManifest exchangedManifest(const study::AggregationPlan& plan, const ModelManifest& model);

/// The next model from held updates by the plan's rule, after clipping each change to plan.clipNorm where that is above 0.
/// Memory is independent of the number of values, but for `state`. The same updates give the same bytes in any order, on
/// any number of threads and in any build. Robust rules count sites, not records: a site's records are its own word.
/// Outcomes are in the order of the sites' names. Malformed, with the site, when an update does not belong, is not finite or
/// is too large, or the rule does not work for so many. After an error `state` is worthless and what the sink took as well.
Result<std::vector<UpdateOutcome>> aggregate(const study::AggregationPlan& plan, const ModelManifest& model,
                                             std::span<const StoredUpdate> updates, const UpdateSource& base, ServerState& state,
                                             const ModelSink& sink, const AggregationOptions& options = {});

/// The same for an average whose updates, of exchangedManifest(), were folded as they came. The fold's largestTotalWeight takes
/// the place of options.populationWeight where SCAFFOLD asks for all sites' records and that is 0.
Result<void> aggregateFolded(const study::AggregationPlan& plan, const ModelManifest& model, const AverageFold& fold,
                             const UpdateSource& base, ServerState& state, const ModelSink& sink,
                             const AggregationOptions& options = {});

/// Writes the mean of [firstValue, firstValue + out.size()). Several threads may ask at once.
using MeanOfPiece = std::function<Result<void>(std::uint64_t firstValue, std::span<float> out)>;

/// The same for a mean that the caller made: the plan's server optimiser makes of it the next model.
Result<void> aggregateMean(const study::AggregationPlan& plan, const ModelManifest& model, const MeanOfPiece& mean,
                           const UpdateSource& base, ServerState& state, const ModelSink& sink,
                           const AggregationOptions& options = {});

}  // namespace quorate::learning
