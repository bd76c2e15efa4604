// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "learning/aggregate.h"
#include "learning/study_model.h"

namespace quorate::learning {

/// A site of a federation in one process: its records are standardised and outlive the call.
struct SimulatedSite {
    std::string code;
    const schema::RecordSet* records = nullptr;
};

/// What one site does in one round.
struct SimulatedTask {
    std::size_t site = 0;     ///< Index among the sites.
    std::uint64_t steps = 0;  ///< 0: the plan's.
};

/// Where a simulation departs from all sites doing what the plan says; each may be empty.
struct SimulationHooks {
    /// Who takes part in a round (counted from 1), and how far they get. No site twice.
    std::function<std::vector<SimulatedTask>(std::uint32_t round)> choose;
    /// Changes what a site uploads: a hostile site.
    std::function<void(std::size_t site, const ModelWeights& base, ModelWeights& update)> spoil;
    /// After each round, with the new model and what the rule carries on.
    std::function<void(std::uint32_t round, const ModelWeights& model, const ServerState& state)> watch;
};

/// Runs the plan's rounds without network, keys or files, but with the training and the aggregation of a real study: for
/// benchmarks and tests. The model after the last round. Fails as train() and aggregate() do, or when nobody takes part.
Result<ModelWeights> simulate(const StudyModel& model, const study::TrainingPlan& plan, std::span<const SimulatedSite> sites,
                              ModelWeights start, const SimulationHooks& hooks = {});

}  // namespace quorate::learning
