// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <limits>

#include "core/study/training_plan.h"
#include "core/study/training_plan_codec.h"
#include "quorate/payload/v1/payload.pb.h"

using namespace quorate;
using namespace quorate::study;

namespace {

TrainingPlan everyFieldOwn()
{
    TrainingPlan plan;
    plan.name = "own";
    plan.aggregation = {AggregationRule::MultiKrum, .5, .25, .75, .875, .125, 2, 3, .0625, 17, 4.5};
    plan.optimiser = Optimiser::Adam;
    plan.learningRate = .03125;
    plan.proximalMu = 1.5;
    plan.rounds = 201;
    plan.localSteps = 19;
    plan.batchSize = 11;
    plan.partialWork = true;
    plan.minimumSites = 7;
    plan.roundDeadlineSeconds = 61;
    plan.seed = 43;
    plan.privacy = {PrivacyKind::SiteLevel, 8, 1e-5, 1.375, 2.25, .375, true, .625, .1875, 9.5};
    return plan;
}

TrainingPlan withRule(AggregationRule rule)
{
    TrainingPlan plan;
    plan.aggregation.rule = rule;
    return plan;
}

}  // namespace

TEST_CASE("a plan and a model come back from their payload as they went in")
{
    payload::v1::TrainingPlan wirePlan;
    write(wirePlan, everyFieldOwn());
    CHECK(read(wirePlan).value() == everyFieldOwn());

    ModelSpec model{ModelKind::TorchScript, 5, 6, 7, 8, 9, {}};
    model.scriptDigest.bytes[3] = 1;
    payload::v1::ModelSpec wireModel;
    write(wireModel, model);
    CHECK(read(wireModel).value() == model);
}

TEST_CASE("an enumerator past the last, and a digest of another length, are refused")
{
    payload::v1::TrainingPlan plan;
    write(plan, {});
    plan.mutable_aggregation()->set_rule(11);
    CHECK_FALSE(read(plan).has_value());
    payload::v1::ModelSpec model;
    write(model, {});
    model.set_kind(7);
    CHECK_FALSE(read(model).has_value());
    model.set_kind(6);
    model.set_script_digest("short");
    CHECK_FALSE(read(model).has_value());
}

TEST_CASE("the plan of the demo runs, and each value out of its range is named")
{
    CHECK(violations(TrainingPlan{}, 4).empty());
    const auto refused = [](auto change, AggregationRule rule = AggregationRule::FedAvg) {
        TrainingPlan plan = withRule(rule);
        change(plan);
        return violations(plan, 10).size() == 1;
    };
    CHECK(refused([](TrainingPlan& plan) { plan.learningRate = std::numeric_limits<double>::quiet_NaN(); }));
    CHECK(refused([](TrainingPlan& plan) { plan.proximalMu = -1; }));
    CHECK(refused([](TrainingPlan& plan) { plan.rounds = 0; }));
    CHECK(refused([](TrainingPlan& plan) { plan.minimumSites = 11; }));
    CHECK(refused([](TrainingPlan& plan) { plan.aggregation.clipNorm = -1; }));
    CHECK(refused([](TrainingPlan& plan) { plan.aggregation.momentum = 1; }, AggregationRule::FedAvgM));
    CHECK(refused([](TrainingPlan& plan) { plan.aggregation.tau = 0; }, AggregationRule::FedAdam));
    CHECK(refused([](TrainingPlan& plan) { plan.aggregation.serverLearningRate = 0; }, AggregationRule::FedYogi));
    CHECK(refused([](TrainingPlan& plan) { plan.aggregation.byzantineSites = 5; }, AggregationRule::TrimmedMean));
    CHECK(refused([](TrainingPlan& plan) { plan.aggregation.byzantineSites = 4; }, AggregationRule::Krum));
    CHECK(refused([](TrainingPlan&) {}, AggregationRule::MultiKrum));
    CHECK(refused([](TrainingPlan& plan) { plan.aggregation.iterations = 0; }, AggregationRule::GeometricMedian));
}

TEST_CASE("a privacy promise needs its numbers and a rule that makes a sum")
{
    TrainingPlan plan;
    plan.privacy = {PrivacyKind::SiteLevel, 8, 1e-5, 1, 1, 1, false, .5, .2, 0};
    CHECK(violations(plan, 10).empty());
    plan.aggregation.rule = AggregationRule::CoordinateMedian;
    CHECK(violations(plan, 10).size() == 1);
    plan.privacy.kind = PrivacyKind::RecordLevel;
    plan.privacy.samplingRate = .01;
    CHECK(violations(plan, 10).empty());
    plan.privacy.delta = 1;
    CHECK(violations(plan, 10).size() == 1);
    plan.privacy.delta = 1e-5;
    plan.privacy.samplingRate = 0;
    CHECK(violations(plan, 10).size() == 1);
}

TEST_CASE("a privacy budget that is spent before the first model, or cannot be counted, is named")
{
    TrainingPlan plan;
    plan.privacy = {PrivacyKind::SiteLevel, 4.7, 1e-5, 1, 1, 1, false, .5, .2, 0};
    CHECK(violations(plan, 10) == std::vector<std::string>{"the first round would exceed the privacy budget"});
    plan.privacy.epsilon = 4.8;
    CHECK(violations(plan, 10).empty());
    plan.privacy.noiseMultiplier = .01;
    CHECK(violations(plan, 10) == std::vector<std::string>{"privacy: noise multiplier is 0.01, want 0.05 to 1e+06"});
}

TEST_CASE("adaptive clipping needs more noise on the count than half the noise multiplier")
{
    TrainingPlan plan;
    plan.privacy = {PrivacyKind::SiteLevel, 8, 1e-5, 1, 1, 1, true, .5, .2, .5};
    CHECK(violations(plan, 10).size() == 1);
    plan.privacy.countNoise = .51;
    CHECK(violations(plan, 10).empty());
}

TEST_CASE("a model says what it needs")
{
    CHECK(violations(ModelSpec{ModelKind::LogisticRegression, 13}).empty());
    CHECK(violations(ModelSpec{ModelKind::LogisticRegression, 13, 2}).size() == 1);
    CHECK(violations(ModelSpec{ModelKind::LogisticRegression, 0}).size() == 1);
    CHECK(violations(ModelSpec{ModelKind::SoftmaxRegression, 60, 10}).empty());
    CHECK(violations(ModelSpec{ModelKind::SoftmaxRegression, 60, 1}).size() == 1);
    CHECK(violations(ModelSpec{ModelKind::MultilayerPerceptron, 13, 1, 32, 0}).size() == 1);
    CHECK(violations(ModelSpec{ModelKind::Lstm, 13, 1, 32}).size() == 1);
    CHECK(violations(ModelSpec{ModelKind::TorchScript, 13}).size() == 1);
}
