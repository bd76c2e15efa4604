// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/simulation.h"

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <random>

#include "core/study/named_plans.h"
#include "learning/initial_weights.h"
#include "learning/network.h"
#include "learning/open_model.h"
#include "learning/ridge.h"

using namespace quorate;
using namespace quorate::learning;
using study::AggregationRule;

namespace {

constexpr std::uint32_t kInputs = 10;
const study::ModelSpec kSpec{study::ModelKind::LogisticRegression, kInputs};

/// Independent normal inputs; the outcome is 1 where the sum of (i + 1)/10 x_i plus a little noise is positive. Every site draws
/// from the same distribution.
schema::RecordSet someRecords(std::size_t count, unsigned seed)
{
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal;
    schema::RecordSet records;
    records.columns = kInputs;
    for (std::size_t r = 0; r < count; ++r) {
        double score = 0.5 * normal(generator);
        for (std::uint32_t i = 0; i < kInputs; ++i) {
            records.features.push_back(normal(generator));
            score += records.features.back() * (i + 1) / 10;
        }
        records.targets.push_back(score > 0 ? 1 : 0);
    }
    return records;
}

/// Sites whose records differ: other inputs, and another half of the outcomes turned over in each.
schema::RecordSet skewedRecords(std::size_t count, unsigned seed)
{
    schema::RecordSet records = someRecords(count, seed);
    for (std::size_t r = 0; r < count; ++r) {
        const bool isTurned = records.features[r * kInputs + seed % kInputs] > 0.5;
        if (isTurned) records.targets[r] = 1 - records.targets[r];
        records.features[r * kInputs + (seed + 1) % kInputs] += 2;
    }
    return records;
}

struct Federation {
    std::vector<schema::RecordSet> parts;
    std::vector<SimulatedSite> sites;
    schema::RecordSet all;
};

Federation federationOf(const std::vector<std::size_t>& sizes, schema::RecordSet (*draw)(std::size_t, unsigned) = someRecords)
{
    Federation out;
    for (const std::size_t size : sizes) out.parts.push_back(draw(size, static_cast<unsigned>(100 + out.parts.size())));
    out.all.columns = kInputs;
    for (const auto& part : out.parts) {
        out.sites.push_back({"site-" + std::to_string(out.sites.size()), &part});
        out.all.features.insert(out.all.features.end(), part.features.begin(), part.features.end());
        out.all.targets.insert(out.all.targets.end(), part.targets.begin(), part.targets.end());
    }
    return out;
}

const StudyModel& model()
{
    static const auto built = builtInModel(kSpec).value();
    return *built;
}

ModelWeights start() { return initialWeights(kSpec, 42).value(); }

study::TrainingPlan planOf(AggregationRule rule)
{
    study::TrainingPlan plan;
    plan.rounds = 25;
    plan.localSteps = 20;
    plan.learningRate = 0.2;
    plan.batchSize = 0;
    plan.aggregation.rule = rule;
    plan.aggregation.byzantineSites = 2;
    plan.aggregation.selectedSites = 6;
    return plan;
}

}  // namespace

TEST_CASE("one full-batch step per round is centralised gradient descent, over 500 steps")
{
    const Federation federation = federationOf({40, 111, 7});
    study::TrainingPlan plan;
    plan.rounds = 500;
    plan.localSteps = 1;
    plan.batchSize = 0;
    plan.learningRate = 0.1;
    const SimulatedSite whole{"all", &federation.all};
    const auto federated = simulate(model(), plan, federation.sites, start()).value();
    const auto central = simulate(model(), plan, {&whole, 1}, start()).value();
    double largest = 0;
    for (std::size_t i = 0; i < central.values.size(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(central.values[i]) - static_cast<double>(federated.values[i])));
    }
    MESSAGE("largest difference " << largest);
    CHECK(largest < 1e-6);
    CHECK(distance(central, start()) > 0.5);
}

TEST_CASE("FedProx with mu 0 is FedAvg to the bit, and with another mu it is not")
{
    const Federation federation = federationOf({40, 111, 7}, skewedRecords);
    const auto digestOfPlan = [&](const char* name, double mu) {
        auto plan = study::planNamed(name, 42).value();
        plan.rounds = 5;
        plan.proximalMu = mu;
        return digestOf(simulate(model(), plan, federation.sites, start()).value()).value();
    };
    CHECK(digestOfPlan("fedprox", 0) == digestOfPlan("fedavg", 0));
    CHECK(digestOfPlan("fedprox", 0.01) != digestOfPlan("fedavg", 0));
}

TEST_CASE("SCAFFOLD with all sites and one full-batch step is gradient descent, over 500 steps")
{
    const Federation federation = federationOf({40, 111, 7}, skewedRecords);
    study::TrainingPlan plan = planOf(AggregationRule::Scaffold);
    plan.rounds = 500;
    plan.localSteps = 1;
    const SimulatedSite whole{"all", &federation.all};
    const auto scaffold = simulate(model(), plan, federation.sites, start()).value();
    plan.aggregation.rule = AggregationRule::FedAvg;
    const auto central = simulate(model(), plan, {&whole, 1}, start()).value();
    MESSAGE("distance " << distance(scaffold, central));
    CHECK(distance(scaffold, central) < 1e-6);
    CHECK(distance(central, start()) > 0.5);
}

TEST_CASE("many local steps lead SCAFFOLD to the optimum of all records, and FedAvg away from it, where sites differ")
{
    const Federation federation = federationOf({60, 150, 90}, skewedRecords);
    study::TrainingPlan plan = planOf(AggregationRule::FedAvg);
    plan.rounds = 3000;
    plan.localSteps = 1;
    const SimulatedSite whole{"all", &federation.all};
    const auto optimum = simulate(model(), plan, {&whole, 1}, start()).value();
    plan.rounds = 600;
    plan.localSteps = 20;
    const double average = distance(simulate(model(), plan, federation.sites, start()).value(), optimum);
    plan.aggregation.rule = AggregationRule::Scaffold;
    const double scaffold = distance(simulate(model(), plan, federation.sites, start()).value(), optimum);
    // A site that is away half of the time: what it said last still counts.
    SimulationHooks hooks;
    hooks.choose = [](std::uint32_t round) {
        return round % 2 == 0 ? std::vector<SimulatedTask>{{0, 0}, {1, 0}, {2, 0}} : std::vector<SimulatedTask>{{0, 0}, {1, 0}};
    };
    const double partial = distance(simulate(model(), plan, federation.sites, start(), hooks).value(), optimum);
    MESSAGE("from the optimum: FedAvg " << average << ", SCAFFOLD " << scaffold << ", with a site away " << partial);
    CHECK(average > 0.05);
    CHECK(scaffold < 1e-4);
    CHECK(partial < 1e-4);
}

TEST_CASE("ridge regression from sites' statistics is the pooled one, and satisfies the normal equations")
{
    const Federation federation = federationOf({40, 111, 7, 300});
    RidgeStatistics sum = ridgeStatistics(federation.parts[0]);
    for (std::size_t i = 1; i < federation.parts.size(); ++i) REQUIRE(sum.add(ridgeStatistics(federation.parts[i])).has_value());
    const RidgeStatistics pooled = ridgeStatistics(federation.all);
    const auto federatedModel = solveRidge(sum, 0.5).value();
    const auto pooledModel = solveRidge(pooled, 0.5).value();
    for (std::size_t i = 0; i <= kInputs; ++i) {
        CHECK(std::abs(federatedModel[i] - pooledModel[i]) < 1e-9);
        double left = i < kInputs ? 0.5 * pooledModel[i] : 0;
        for (std::size_t j = 0; j <= kInputs; ++j) left += pooled.gram[i * (kInputs + 1) + j] * pooledModel[j];
        CHECK(std::abs(left - pooled.moment[i]) < 1e-9);
    }
    schema::RecordSet narrow = someRecords(3, 1);
    CHECK(solveRidge(ridgeStatistics(narrow), 0).error().message.starts_with("records do not determine"));
    CHECK(solveRidge(ridgeStatistics(narrow), 0.1).has_value());
    CHECK_FALSE(solveRidge(pooled, -1).has_value());
    narrow.columns = 2;
    CHECK(sum.add(ridgeStatistics(narrow)).error().message == "statistics are of 3 columns, want 11");
}

TEST_CASE("two of ten sites that flip signs times five ruin the mean, and not the robust rules")
{
    const Federation federation = federationOf(std::vector<std::size_t>(10, 200));
    const schema::RecordSet test = someRecords(2000, 7);
    SimulationHooks hostile;
    hostile.spoil = [](std::size_t site, const ModelWeights& base, ModelWeights& update) {
        if (site != 3 && site != 8) return;
        for (std::size_t i = 0; i < update.values.size(); ++i) {
            update.values[i] = base.values[i] - 5 * (update.values[i] - base.values[i]);
        }
    };
    const auto accuracyOf = [&](AggregationRule rule, const SimulationHooks& hooks) {
        const auto trained = simulate(model(), planOf(rule), federation.sites, start(), hooks);
        REQUIRE(trained.has_value());
        return evaluateOn(kSpec, *trained, test).value().accuracy.value();
    };
    const double mean = accuracyOf(AggregationRule::FedAvg, {});
    const double ruined = accuracyOf(AggregationRule::FedAvg, hostile);
    MESSAGE("mean: " << mean << ", under attack " << ruined);
    CHECK(mean > 0.85);
    CHECK(ruined < 0.25);
    for (const auto rule : {AggregationRule::CoordinateMedian, AggregationRule::TrimmedMean, AggregationRule::MultiKrum,
                            AggregationRule::GeometricMedian}) {
        CAPTURE(std::string(study::nameOf(rule)));
        const double quiet = accuracyOf(rule, {});
        const double attacked = accuracyOf(rule, hostile);
        MESSAGE(std::string(study::nameOf(rule)) << ": " << quiet << ", under attack " << attacked);
        CHECK(quiet > 0.85);
        CHECK(attacked > quiet - 0.03);
    }
}

TEST_CASE("who takes part and how far they get can be chosen, and every round is seen")
{
    const Federation federation = federationOf({50, 50, 50});
    study::TrainingPlan plan = planOf(AggregationRule::FedAvg);
    plan.rounds = 3;
    SimulationHooks hooks;
    std::uint32_t seen = 0;
    hooks.choose = [](std::uint32_t) { return std::vector<SimulatedTask>{{1, 4}}; };
    hooks.watch = [&](std::uint32_t round, const ModelWeights&, const ServerState&) { seen += round; };
    const auto chosen = simulate(model(), plan, federation.sites, start(), hooks).value();
    CHECK(seen == 6);
    ModelWeights alone = start();
    for (std::uint32_t round = 1; round <= 3; ++round) {
        LocalTraining training = localTrainingOf(plan, "site-1", round);
        training.steps = 4;
        alone = train(kSpec, alone, federation.parts[1], training).value().weights;
    }
    CHECK(distance(chosen, alone) < 1e-6);
    hooks.choose = [](std::uint32_t) { return std::vector<SimulatedTask>(); };
    CHECK(simulate(model(), plan, federation.sites, start(), hooks).error().message == "there is no update to aggregate");
}
