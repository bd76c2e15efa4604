// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/aggregate.h"

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <numeric>

#include "tests/learning/held_round.h"

using namespace quorate;
using namespace quorate::learning;
using quorate::tests::HeldRound;
using study::AggregationPlan;
using study::AggregationRule;

namespace {

AggregationPlan planOf(AggregationRule rule, std::uint32_t hostile = 0)
{
    AggregationPlan plan;
    plan.rule = rule;
    plan.byzantineSites = hostile;
    plan.selectedSites = 3;
    return plan;
}

constexpr AggregationRule kRobust[] = {AggregationRule::CoordinateMedian, AggregationRule::TrimmedMean, AggregationRule::Krum,
                                       AggregationRule::MultiKrum, AggregationRule::GeometricMedian};

}  // namespace

TEST_CASE("folding updates as they come and holding them give the same bits, for every average")
{
    for (const auto rule : {AggregationRule::FedAvg, AggregationRule::FedAvgM, AggregationRule::FedAdam, AggregationRule::FedYogi,
                            AggregationRule::FedAdagrad, AggregationRule::Scaffold}) {
        CAPTURE(std::string(study::nameOf(rule)));
        AggregationPlan plan = planOf(rule);
        plan.momentum = 0.5;
        plan.serverLearningRate = 0.3;
        HeldRound round(plan, 5, 70'001);
        const std::uint64_t population = 1000;
        auto state = initialState(rule, round.values());
        auto foldedState = state;
        const auto held = round.aggregate(state, {.populationWeight = population});
        AverageFold fold = AverageFold::create({round.uploadValues(), population}).value();
        for (std::size_t i = 5; i-- > 0;) {
            REQUIRE(fold.admit(round.weight(i)).has_value());
            REQUIRE(fold.add(0, round.update(i), round.weight(i)).has_value());
        }
        std::vector<float> folded;
        REQUIRE(aggregateFolded(plan, round.manifest(), fold, round.base(), foldedState, quorate::tests::appendTo(folded)).has_value());
        REQUIRE(held.has_value());
        CHECK(*held == folded);
        CHECK(state == foldedState);
        CHECK(state.rounds == 1);
    }
}

TEST_CASE("FedAvgM without momentum is FedAvg, to the bit, for any base")
{
    AggregationPlan plan = planOf(AggregationRule::FedAvgM);
    HeldRound momentum(plan, 4, 5003);
    HeldRound plain(planOf(AggregationRule::FedAvg), 4, 5003);
    momentum.base(1e-12F);
    plain.base(1e-12F);
    CHECK(momentum.aggregate().value() == plain.aggregate().value());
    plan.momentum = 0.9;
    HeldRound other(plan, 4, 5003);
    auto state = initialState(plan.rule, other.values());
    REQUIRE(other.aggregate(state).has_value());
    CHECK(other.aggregate(state).value() != plain.aggregate().value());
}

TEST_CASE("server momentum moves as its recurrence says")
{
    AggregationPlan plan = planOf(AggregationRule::FedAvgM);
    plan.momentum = 0.5;
    plan.serverLearningRate = 0.25;
    HeldRound round(plan, {{3, -1}}, {7});
    round.setBase({1, 1});
    auto state = initialState(plan.rule, 2);
    CHECK(round.aggregate(state).value() == std::vector<float>{1.5F, 0.5F});  // v = (-2, 2)
    CHECK(round.aggregate(state).value() == std::vector<float>{1.75F, 0.25F});  // v = (-3, 3), from the same base
    CHECK(state.momentum == std::vector<float>{-3, 3});
}

TEST_CASE("FedAdam and FedYogi make the same first step and part in the second, as their recurrences say")
{
    const auto run = [](AggregationRule rule) {
        AggregationPlan plan = planOf(rule);
        plan.serverLearningRate = 0.01;
        plan.beta2 = 0.5;
        HeldRound round(plan, 3, 10'007);
        auto state = initialState(rule, round.values());
        const auto first = round.aggregate(state).value();
        round.scale(0.25F);
        const auto second = round.aggregate(state).value();
        return std::tuple(first, second, state);
    };
    const auto [adamFirst, adamSecond, adamState] = run(AggregationRule::FedAdam);
    const auto [yogiFirst, yogiSecond, yogiState] = run(AggregationRule::FedYogi);
    CHECK(adamFirst == yogiFirst);
    CHECK(adamSecond != yogiSecond);
    CHECK(adamState.momentum == yogiState.momentum);

    AggregationPlan plan = planOf(AggregationRule::FedYogi);
    plan.serverLearningRate = 1;
    plan.beta1 = 0.5;
    plan.beta2 = 0.75;
    plan.tau = 1;
    HeldRound round(plan, {{4}}, {1});
    round.setBase({0});
    auto state = initialState(plan.rule, 1);
    CHECK(round.aggregate(state).value() == std::vector<float>{2.0F / 3});  // m = 2, v = 4
    round.setUpdate(0, {1});
    REQUIRE(round.aggregate(state).has_value());  // d = 1: m = 1.5, v = 4 - 0.25
    CHECK(state.momentum == std::vector<float>{1.5F});
    CHECK(state.secondMoment == std::vector<float>{3.75F});
}

TEST_CASE("FedAdagrad adds up squares")
{
    AggregationPlan plan = planOf(AggregationRule::FedAdagrad);
    plan.beta1 = 0;
    plan.tau = 1;
    HeldRound round(plan, {{3, -4}}, {5});
    round.setBase({0, 0});
    auto state = initialState(plan.rule, 2);
    CHECK(round.aggregate(state).value() == std::vector<float>{3.0F / 4, -4.0F / 5});
    REQUIRE(round.aggregate(state).has_value());
    CHECK(state.secondMoment == std::vector<float>{18, 32});
}

TEST_CASE("SCAFFOLD's control variate takes the change of the sites that are there, by their part of all records")
{
    AggregationPlan plan = planOf(AggregationRule::Scaffold);
    plan.serverLearningRate = 0.5;
    HeldRound round(plan, {{2, 10}, {6, 30}}, {1, 3});  // one value and its control variate
    round.setBase({1});
    CHECK(exchangedManifest(plan, round.manifest())[1].name == "control/w");
    auto state = initialState(plan.rule, 1);
    CHECK(round.aggregate(state, {.populationWeight = 8}).value() == std::vector<float>{3});
    CHECK(state.control == std::vector<float>{12.5F});
    REQUIRE(round.aggregate(state).has_value());
    CHECK(state.control == std::vector<float>{37.5F});
}

TEST_CASE("the coordinate median is the middle value, or the mean of the two in the middle, whatever the order of sites")
{
    for (const std::size_t sites : {1U, 2U, 3U, 4U, 5U, 8U, 10U, 17U, 71U}) {
        CAPTURE(sites);
        HeldRound round(planOf(AggregationRule::CoordinateMedian), sites, 1003);
        const auto median = round.aggregate().value();
        std::size_t wrong = 0;
        for (std::size_t v = 0; v < 1003; ++v) {
            auto column = round.column(v);
            std::sort(column.begin(), column.end());
            const double want = (static_cast<double>(column[(sites - 1) / 2]) + static_cast<double>(column[sites / 2])) / 2;
            wrong += median[v] == static_cast<float>(want) ? 0 : 1;
        }
        CHECK(wrong == 0);
        round.shuffleNames(7);
        CHECK(round.aggregate().value() == median);
    }
    HeldRound zeros(planOf(AggregationRule::CoordinateMedian), {{0.0F}, {-0.0F}, {-0.0F}}, {1, 1, 1});
    CHECK_FALSE(std::signbit(zeros.aggregate().value()[0]));
}

TEST_CASE("the trimmed mean leaves out the smallest and largest of each value; trimming none it is the mean")
{
    for (const std::size_t sites : {3U, 10U, 23U}) {
        CAPTURE(sites);
        HeldRound round(planOf(AggregationRule::TrimmedMean, 1), sites, 1003);
        const auto trimmed = round.aggregate().value();
        double largest = 0;
        for (std::size_t v = 0; v < 1003; ++v) {
            auto column = round.column(v);
            std::sort(column.begin(), column.end());
            const double want = std::accumulate(column.begin() + 1, column.end() - 1, 0.0) / static_cast<double>(sites - 2);
            largest = std::max(largest, std::abs(want - static_cast<double>(trimmed[v])));
        }
        CHECK(largest < 2e-7);
        HeldRound none(planOf(AggregationRule::TrimmedMean, 0), sites, 1003);
        HeldRound mean(planOf(AggregationRule::FedAvg), sites, 1003);
        mean.weigh(1);
        CHECK(none.aggregate().value() == mean.aggregate().value());
    }
}

TEST_CASE("Krum returns an input: the one among its neighbours, not the outlier")
{
    HeldRound round(planOf(AggregationRule::Krum, 1), 7, 3001);
    const auto chosen = round.aggregate().value();
    std::size_t same = 0;
    for (std::size_t i = 0; i < 7; ++i) same += std::ranges::equal(chosen, round.update(i)) ? 1 : 0;
    CHECK(same == 1);

    const std::vector<std::vector<float>> crowd = {{0, 0}, {1, 0}, {0, 1}, {0.4F, 0.4F}, {100, -100}};
    HeldRound small(planOf(AggregationRule::Krum, 1), crowd, {1, 1, 1, 1, 1});
    std::vector<UpdateOutcome> outcomes;
    CHECK(small.aggregate(&outcomes).value() == crowd[3]);
    CHECK(outcomes[3].isSelected);
    CHECK(std::count_if(outcomes.begin(), outcomes.end(), [](const UpdateOutcome& outcome) { return outcome.isSelected; }) == 1);
}

TEST_CASE("Multi-Krum is the mean of the updates that it selects")
{
    HeldRound round(planOf(AggregationRule::MultiKrum, 1), {{0, 0}, {1, 0}, {0, 1}, {0.5F, 0.5F}, {100, -100}}, {9, 1, 1, 1, 50});
    std::vector<UpdateOutcome> outcomes;
    const auto mean = round.aggregate(&outcomes).value();
    CHECK(std::count_if(outcomes.begin(), outcomes.end(), [](const UpdateOutcome& outcome) { return outcome.isSelected; }) == 3);
    CHECK_FALSE(outcomes[4].isSelected);
    std::vector<double> want(2);
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t v = 0; v < 2; ++v) want[v] += outcomes[i].isSelected ? static_cast<double>(round.update(i)[v]) / 3 : 0;
    }
    for (std::size_t v = 0; v < 2; ++v) CHECK(static_cast<double>(mean[v]) == doctest::Approx(want[v]));
}

TEST_CASE("the geometric median of points on a line is their median, and of a triangle its Fermat point")
{
    AggregationPlan plan = planOf(AggregationRule::GeometricMedian);
    plan.iterations = 200;
    HeldRound line(plan, {{0, 0}, {1, 1}, {2, 2}, {50, 50}, {60, 60}}, {1, 1, 1, 1, 1});
    const auto middle = line.aggregate().value();
    for (const float value : middle) CHECK(static_cast<double>(value) == doctest::Approx(2).epsilon(1e-4));
    // The corners of a triangle with angles below 120 degrees: its Fermat point.
    HeldRound triangle(plan, {{0, 0}, {1, 0}, {0.5F, 0.8660254F}}, {1, 1, 100});
    const auto point = triangle.aggregate().value();
    CHECK(static_cast<double>(point[0]) == doctest::Approx(0.5));
    CHECK(static_cast<double>(point[1]) == doctest::Approx(0.288675));
}

TEST_CASE("a change is clipped to the norm before any rule sees it")
{
    AggregationPlan plan = planOf(AggregationRule::FedAvg);
    plan.clipNorm = 5;
    HeldRound round(plan, {{1 + 30, 2 + 40}, {1, 3}}, {1, 1});
    round.setBase({1, 2});
    std::vector<UpdateOutcome> outcomes;
    CHECK(round.aggregate(&outcomes).value() == std::vector<float>{2.5F, 4.5F});  // (1 + 3, 2 + 4) and (1, 3)
    CHECK(outcomes[0].clipFactor == doctest::Approx(0.1));
    CHECK(outcomes[1].clipFactor == 1);
}

TEST_CASE("what does not belong is refused with its site")
{
    const auto messageOf = [](HeldRound& round) {
        const auto result = round.aggregate();
        return result ? std::string() : result.error().message;
    };
    for (const auto rule : kRobust) {
        CAPTURE(std::string(study::nameOf(rule)));
        HeldRound notFinite(planOf(rule, 1), 7, 2000);
        notFinite.change(4, 1234, std::numeric_limits<float>::quiet_NaN());
        CHECK(messageOf(notFinite) == "site site-1004: value 1234 is not finite or larger than allowed");
        HeldRound large(planOf(rule, 1), 7, 2000);
        large.change(2, 1999, -1e38F);
        CHECK(messageOf(large) == "site site-1002: value 1999 is not finite or larger than allowed");
    }
    HeldRound mean(planOf(AggregationRule::FedAvg), 3, 2000);
    mean.change(1, 7, std::numeric_limits<float>::infinity());
    CHECK(messageOf(mean) == "site site-1001: value 7 is not finite or larger than allowed");
    mean.keepOnDisk();
    CHECK(messageOf(mean) == "site site-1001: value 7 is not finite or larger than allowed");
    HeldRound empty(planOf(AggregationRule::FedAvg), 0, 10);
    CHECK(messageOf(empty) == "there is no update to aggregate");
    HeldRound weightless(planOf(AggregationRule::FedAvg), {{1}, {1}}, {1, 0});
    CHECK(messageOf(weightless).starts_with("site site-1001: has 0 training records"));
    HeldRound few(planOf(AggregationRule::Krum, 2), 6, 10);
    CHECK(messageOf(few) == "Krum against 2 hostile sites needs 7 updates, there are 6");
    HeldRound trimmed(planOf(AggregationRule::TrimmedMean, 3), 6, 10);
    CHECK(messageOf(trimmed) == "trimming 3 on each side leaves none of 6 updates");
    HeldRound twice(planOf(AggregationRule::FedAvg), 2, 10);
    twice.rename(1, "site-1000");
    CHECK(messageOf(twice) == "site site-1000: sent two updates for one round");
    HeldRound round(planOf(AggregationRule::FedAdam), 2, 10);
    ServerState none;
    CHECK(round.aggregate(none).error().message == "server state is not of fedadam for this model");
}

TEST_CASE("a sink that fails ends the round with its error")
{
    for (const auto rule : {AggregationRule::FedAvg, AggregationRule::CoordinateMedian}) {
        HeldRound round(planOf(rule), 3, 700'000);
        auto state = initialState(rule, round.values());
        int calls = 0;
        const auto result = round.aggregateInto(state, [&](std::uint64_t, std::span<const float>) -> Result<void> {
            if (++calls == 3) return fail(ErrorKind::StorageFailed, "the disk is full");
            return {};
        });
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().message == "the disk is full");
        CHECK(calls == 3);
    }
}
