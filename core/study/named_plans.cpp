// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/named_plans.h"

#include <algorithm>
#include <array>

namespace quorate::study {

namespace {

struct NamedPlan {
    const char* name;
    AggregationRule rule;
    double learningRate = 0.001;
    double serverLearningRate = 1;
    double proximalMu = 0;
    std::uint32_t hostile = 0;
    std::uint32_t selected = 0;
};

constexpr std::array kPlans = {
    NamedPlan{"fedavg", AggregationRule::FedAvg},
    NamedPlan{"fedprox", AggregationRule::FedAvg, 0.001, 1, 0.01},
    NamedPlan{"scaffold", AggregationRule::Scaffold},
    NamedPlan{"fedadam", AggregationRule::FedAdam, 0.01, 0.01},
    NamedPlan{"fedyogi", AggregationRule::FedYogi, 0.003162, 0.01},
    NamedPlan{"fedadagrad", AggregationRule::FedAdagrad, 0.003162, 0.316228},
    NamedPlan{"coordinate-median", AggregationRule::CoordinateMedian},
    NamedPlan{"trimmed-mean", AggregationRule::TrimmedMean, 0.001, 1, 0, 1},
    NamedPlan{"krum", AggregationRule::Krum, 0.001, 1, 0, 1},
    NamedPlan{"multi-krum", AggregationRule::MultiKrum, 0.001, 1, 0, 1, 2},
    NamedPlan{"geometric-median", AggregationRule::GeometricMedian},
};

}  // namespace

Result<TrainingPlan> planNamed(const std::string& name, std::uint64_t seed)
{
    const auto found = std::find_if(kPlans.begin(), kPlans.end(), [&](const NamedPlan& plan) { return name == plan.name; });
    if (found == kPlans.end()) {
        std::string names;
        for (const NamedPlan& plan : kPlans) names += (names.empty() ? "" : ", ") + std::string(plan.name);
        return fail(ErrorKind::Malformed, "there is no plan \"" + name + "\"; this version has: " + names);
    }
    TrainingPlan plan;
    plan.name = name;
    plan.seed = seed;
    plan.learningRate = found->learningRate;
    plan.proximalMu = found->proximalMu;
    plan.partialWork = found->proximalMu > 0;  // As FedProx was published: what a straggler has done counts.
    plan.aggregation.rule = found->rule;
    plan.aggregation.serverLearningRate = found->serverLearningRate;
    plan.aggregation.byzantineSites = found->hostile;
    plan.aggregation.selectedSites = found->selected;
    return plan;
}

}  // namespace quorate::study
