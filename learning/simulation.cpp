// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/simulation.h"

#include <memory>

#include "learning/memory_source.h"
#include "learning/rules/scaffold.h"

namespace quorate::learning {

namespace {

/// A round's uploads in memory.
struct Uploads {
    std::vector<ModelWeights> models;
    std::vector<std::unique_ptr<MemorySource>> sources;
    std::vector<StoredUpdate> stored;
};

std::vector<SimulatedTask> everybody(std::size_t sites)
{
    std::vector<SimulatedTask> tasks;
    for (std::size_t site = 0; site < sites; ++site) tasks.push_back({site, 0});
    return tasks;
}

/// Of SCAFFOLD: the service's c, and each site's own; none for other rules.
struct Controls {
    ModelWeights service;
    std::vector<ModelWeights> sites;
};

Result<Uploads> trainAll(const StudyModel& model, const study::TrainingPlan& plan, std::span<const SimulatedSite> sites,
                         std::span<const SimulatedTask> tasks, const ModelWeights& base, std::uint32_t round,
                         const SimulationHooks& hooks, Controls& controls)
{
    Uploads uploads;
    uploads.models.reserve(tasks.size());
    for (const SimulatedTask& task : tasks) {
        const SimulatedSite& site = sites[task.site];
        LocalTraining training = localTrainingOf(plan, site.code, round);
        if (task.steps > 0) training.steps = task.steps;
        std::optional<ControlVariates> variates;
        if (!controls.sites.empty()) training.controls = &variates.emplace(ControlVariates{controls.service, controls.sites[task.site]});
        TRY_ASSIGN(trained, model.train(base, *site.records, training));
        if (trained.control) {
            trained.weights = withControlChange(trained.weights, variates->site, *trained.control);
            controls.sites[task.site] = std::move(*trained.control);
        }
        if (hooks.spoil) hooks.spoil(task.site, base, trained.weights);
        uploads.models.push_back(std::move(trained.weights));
        uploads.sources.push_back(std::make_unique<MemorySource>(uploads.models.back().values));
        uploads.stored.push_back({site.code, site.records->records(), uploads.sources.back().get()});
    }
    return uploads;
}

}  // namespace

Result<ModelWeights> simulate(const StudyModel& studyModel, const study::TrainingPlan& plan, std::span<const SimulatedSite> sites,
                              ModelWeights start, const SimulationHooks& hooks)
{
    ModelWeights model = std::move(start);
    ServerState state = initialState(plan.aggregation.rule, model.values.size());
    const bool isScaffold = plan.aggregation.rule == study::AggregationRule::Scaffold;
    Controls controls;
    if (isScaffold) controls.sites.assign(sites.size(), {model.tensors, state.control});
    AggregationOptions options{.threads = 1};
    for (const SimulatedSite& site : sites) options.populationWeight += isScaffold ? site.records->records() : 0;
    for (std::uint32_t round = 1; round <= plan.rounds; ++round) {
        const auto tasks = hooks.choose ? hooks.choose(round) : everybody(sites.size());
        controls.service = {model.tensors, state.control};
        TRY_ASSIGN(uploads, trainAll(studyModel, plan, sites, tasks, model, round, hooks, controls));
        ModelWeights next{model.tensors, {}};
        const MemorySource base(model.values);
        const auto sink = [&](std::uint64_t, std::span<const float> values) -> Result<void> {
            next.values.insert(next.values.end(), values.begin(), values.end());
            return {};
        };
        TRY(aggregate(plan.aggregation, model.tensors, uploads.stored, base, state, sink, options));
        model = std::move(next);
        if (hooks.watch) hooks.watch(round, model, state);
    }
    return model;
}

}  // namespace quorate::learning
