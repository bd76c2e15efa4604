// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/rehearsal_comparison.h"

#include <nlohmann/json.hpp>

#include "learning/baseline.h"
#include "learning/memory_source.h"
#include "learning/metrics_report.h"
#include "learning/open_model.h"
#include "learning/rules/scaffold.h"
#include "learning/simulation.h"
#include "services/site_agent/local_report.h"

namespace quorate::services {
namespace {

using learning::ModelWeights;
using learning::ServerState;

/// The last round of a replay, before and after.
struct LastRound {
    ModelWeights base;
    ServerState before;
    std::vector<ModelWeights> updates;  ///< By site.
    ModelWeights model;
    ServerState after;
};

Result<LastRound> replay(const learning::StudyModel& model, const study::StudyProtocol& protocol, const std::vector<learning::SimulatedSite>& sites)
{
    LastRound last;
    last.updates.resize(sites.size());
    TRY_ASSIGN(start, model.initialWeights(protocol.plan.seed));
    last.after = learning::initialState(protocol.plan.aggregation.rule, start.values.size());
    learning::SimulationHooks hooks;
    hooks.spoil = [&](std::size_t site, const ModelWeights& base, const ModelWeights& update) {
        last.base = base;
        last.updates[site] = update;
    };
    hooks.watch = [&](std::uint32_t, const ModelWeights&, const ServerState& state) { last.before = std::exchange(last.after, state); };
    TRY_ASSIGN(weights, learning::simulate(model, protocol.plan, sites, std::move(start), hooks));
    last.model = std::move(weights);
    return last;
}

/// Over all sites' test records.
Result<double> accuracyOf(const learning::StudyModel& model, const std::vector<schema::Dataset>& datasets, const ModelWeights& weights)
{
    double right = 0;
    double records = 0;
    for (const auto& dataset : datasets) {
        TRY_ASSIGN(evaluation, model.evaluate(weights, dataset.test));
        if (!evaluation.accuracy) return fail(ErrorKind::Malformed, "the study's target has no accuracy");
        right += *evaluation.accuracy * evaluation.records;
        records += evaluation.records;
    }
    return right / records;
}

Result<learning::RoundContributions> contributionsOf(const learning::StudyModel& model, const study::StudyProtocol& protocol,
                                                     const std::vector<learning::SimulatedSite>& sites,
                                                     const std::vector<schema::Dataset>& datasets, const LastRound& last)
{
    const auto& plan = protocol.plan.aggregation;
    std::vector<learning::MemorySource> sources;
    for (const auto& update : last.updates) sources.emplace_back(update.values);
    std::vector<learning::StoredUpdate> stored;
    learning::AggregationOptions options;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        stored.push_back({sites[i].code, sites[i].records->records(), &sources[i]});
        if (plan.rule == study::AggregationRule::Scaffold) options.populationWeight += stored.back().weight;
    }
    return learning::leaveOneOut(plan, last.base.tensors, stored, learning::MemorySource(last.base.values), last.before,
                                 [&](const ModelWeights& weights) { return accuracyOf(model, datasets, weights); }, options);
}

Result<std::vector<SubgroupBenefit>> subgroupsOf(const learning::StudyModel& model, const study::StudyProtocol& protocol, const schema::RecordSet& test,
                                                 const ModelWeights& own, const ModelWeights& federated)
{
    TRY_ASSIGN(byOwn, model.predict(own, test));
    TRY_ASSIGN(byFederated, model.predict(federated, test));
    std::vector<SubgroupBenefit> out;
    for (const auto& grouping : test.groupings) {
        TRY_ASSIGN(ownReports, learning::reportBySubgroup(byOwn, test, protocol.model.outputs, grouping.variable, {}));
        TRY_ASSIGN(federatedReports, learning::reportBySubgroup(byFederated, test, protocol.model.outputs, grouping.variable, {}));
        for (const auto& [level, report] : ownReports) {
            SubgroupBenefit item{grouping.variable, labelOf(protocol.dictionary, grouping.variable, level), 0, {}, {}};
            const auto& other = federatedReports.at(level);
            if (report && other) {
                item.records = report->summary.records;
                item.own = report->summary.accuracy;
                item.federated = other->summary.accuracy;
            }
            out.push_back(std::move(item));
        }
    }
    return out;
}

}  // namespace

Result<RehearsalComparison> compareRehearsal(const study::VerifiedPackage& package, const std::vector<PooledSite>& sites,
                                             const std::filesystem::path& models)
{
    const auto& protocol = package.protocol;
    TRY_ASSIGN(datasets, pooledRecords(package, sites));
    if (protocol.plan.privacy.kind != study::PrivacyKind::None) {
        return fail(ErrorKind::Malformed, "the study's noise is drawn once and cannot be replayed");
    }
    TRY_ASSIGN(model, learning::openModel(protocol.model, {models, {}}));
    std::vector<learning::SimulatedSite> simulated;
    for (std::size_t i = 0; i < sites.size(); ++i) simulated.push_back({sites[i].code, &datasets[i].train});
    TRY_ASSIGN(last, replay(*model, protocol, simulated));
    RehearsalComparison out;
    out.round = protocol.plan.rounds;
    TRY_ASSIGN(contribution, contributionsOf(*model, protocol, simulated, datasets, last));
    out.contribution = std::move(contribution);
    for (std::size_t i = 0; i < sites.size(); ++i) {
        learning::BaselinePlan plan;
        plan.seed = protocol.plan.seed;
        TRY_ASSIGN(own, learning::trainOwnModel(*model, {sites[i].code, &datasets[i]}, plan));
        TRY_ASSIGN(subgroups, subgroupsOf(*model, protocol, datasets[i].test, own, last.model));
        out.subgroups[sites[i].code] = std::move(subgroups);
    }
    ModelWeights sent{learning::exchangedManifest(protocol.plan.aggregation, last.model.tensors), last.model.values};
    sent.values.insert(sent.values.end(), last.after.control.begin(), last.after.control.end());
    TRY_ASSIGN(digest, learning::digestOf(sent));
    out.model = digest;
    return out;
}

std::string toJson(const RehearsalComparison& comparison)
{
    using nlohmann::ordered_json;
    const auto figure = [](const std::optional<double>& value) { return value ? ordered_json(*value) : ordered_json(); };
    ordered_json out;
    out["model"] = toHex(comparison.model);
    auto& contribution = out["contribution"];
    contribution = {{"round", comparison.round}, {"scoreOfAll", comparison.contribution.scoreOfAll}};
    for (const auto& site : comparison.contribution.sites) {
        contribution["sites"].push_back({{"id", site.site}, {"scoreWithout", site.scoreWithout}, {"difference", site.difference}});
    }
    for (const auto& [code, subgroups] : comparison.subgroups) {
        auto& list = out["subgroups"][code] = ordered_json::array();
        for (const auto& item : subgroups) {
            const bool isGiven = item.own && item.federated;
            list.push_back({{"variable", item.variable}, {"level", item.level}, {"records", isGiven ? ordered_json(item.records) : ordered_json()},
                            {"own", figure(item.own)}, {"federated", figure(item.federated)},
                            {"difference", isGiven ? ordered_json(*item.federated - *item.own) : ordered_json()}});
        }
    }
    return out.dump();
}

}  // namespace quorate::services
