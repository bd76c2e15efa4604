// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/private_average.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "tests/learning/held_round.h"
#include "tests/support/random.h"

using namespace quorate;
using namespace quorate::learning;
using study::AggregationPlan;
using study::AggregationRule;

namespace {

constexpr std::size_t kValues = 3000;

/// Sites whose changes have the given norms, each in a direction of its own.
struct Round {
    std::vector<float> base;
    std::vector<std::vector<float>> models;
    SitePrivacyRound privacy{1, 1e-6, 4, 8};
    AggregationPlan plan;

    explicit Round(const std::vector<double>& norms)
    {
        std::mt19937 generator(7);
        const auto uniform = [&] { return static_cast<double>(generator()) * 0x1p-31 - 1; };
        for (std::size_t i = 0; i < kValues; ++i) base.push_back(static_cast<float>(uniform()));
        for (const double norm : norms) {
            std::vector<double> change(kValues);
            double squares = 0;
            for (double& value : change) {
                value = uniform();
                squares += value * value;
            }
            std::vector<float> model = base;
            for (std::size_t i = 0; i < kValues; ++i) model[i] += static_cast<float>(change[i] * norm / std::sqrt(squares));
            models.push_back(std::move(model));
        }
    }

    struct Outcome {
        PrivateOutcome privately;
        std::vector<float> next;
    };
    Result<Outcome> run(const RandomSource& random, bool isReversed = false, unsigned threads = 1) const
    {
        std::vector<MemorySource> sources(models.begin(), models.end());
        std::vector<StoredUpdate> updates;
        for (std::size_t i = 0; i < models.size(); ++i) updates.push_back({"site-" + std::to_string(i), 1000 * (i + 1), &sources[i]});
        if (isReversed) std::reverse(updates.begin(), updates.end());
        Outcome out;
        ServerState state = initialState(plan.rule, kValues);
        AggregationOptions options;
        options.threads = threads;
        auto done = aggregatePrivately(plan, {{"w", {kValues}}}, updates, MemorySource(base), state, tests::appendTo(out.next), privacy,
                                       random, options);
        TRY(done);
        out.privately = std::move(*done);
        return out;
    }
};

double norm(const std::vector<float>& a, const std::vector<float>& b)
{
    double squares = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
        squares += difference * difference;
    }
    return std::sqrt(squares);
}

}  // namespace

TEST_CASE("changes are clipped, weigh the same and are divided by the fixed denominator")
{
    Round round({0.5, 2, 8});
    const auto out = round.run(tests::fixedRandom(1));
    REQUIRE(out);
    REQUIRE(out->privately.outcomes.size() == 3);
    CHECK(out->privately.outcomes[0].clipFactor == 1);
    CHECK(out->privately.outcomes[1].clipFactor == doctest::Approx(0.5).epsilon(1e-5));
    CHECK(out->privately.outcomes[2].clipFactor == doctest::Approx(0.125).epsilon(1e-5));
    CHECK(out->privately.withinNorm == 1);
    double largest = 0;
    for (std::size_t i = 0; i < kValues; ++i) {
        double sum = 0;
        for (std::size_t s = 0; s < 3; ++s) {
            sum += out->privately.outcomes[s].clipFactor * (static_cast<double>(round.models[s][i]) - static_cast<double>(round.base[i]));
        }
        largest = std::max(largest, std::abs(static_cast<double>(out->next[i]) - static_cast<double>(round.base[i]) - sum / 4));
    }
    CHECK(largest < 3e-6);  // Float32 rounding, and noise of 1e-6 / 4.
}

TEST_CASE("one site more or less moves the model by no more than its norm over the denominator, whatever it sends")
{
    Round with({0.5, 2, 1e5});
    Round without = with;
    without.models.pop_back();
    const auto a = with.run(tests::fixedRandom(2));
    const auto b = without.run(tests::fixedRandom(2));
    REQUIRE(a);
    REQUIRE(b);
    // The same noise in both: what differs is the site.
    CHECK(norm(a->next, b->next) < 0.25 + 1e-5);
    CHECK(norm(a->next, b->next) > 0.24);
}

TEST_CASE("the noise has the deviation that the plan says, also when no site was taken")
{
    Round round({});
    round.privacy.noiseMultiplier = 3;
    round.privacy.clipNorm = 2;
    const auto out = round.run(tests::fixedRandom(3));
    REQUIRE(out);
    // z S / (q W) = 1.5 for each value.
    CHECK(norm(out->next, round.base) / std::sqrt(kValues) == doctest::Approx(1.5).epsilon(0.06));
    const auto other = round.run(tests::fixedRandom(4));
    CHECK(norm(out->next, other->next) > 50);
}

TEST_CASE("same updates and same random bytes give the same model, in any order and on any threads")
{
    Round round({0.5, 2, 8, 1});
    round.privacy.noiseMultiplier = 1;
    const auto plain = round.run(tests::fixedRandom(5));
    CHECK(round.run(tests::fixedRandom(5), true)->next == plain->next);
    CHECK(round.run(tests::fixedRandom(5), true, 4)->next == plain->next);
    CHECK(round.run(tests::fixedRandom(6))->next != plain->next);
}

TEST_CASE("a server optimiser steps on the noised mean")
{
    Round round({0.5, 2});
    Round momentum = round;
    momentum.plan.rule = AggregationRule::FedAvgM;
    momentum.plan.serverLearningRate = 0.5;
    const auto full = round.run(tests::fixedRandom(1));
    const auto half = momentum.run(tests::fixedRandom(1));
    REQUIRE(half);
    CHECK(norm(half->next, round.base) == doctest::Approx(norm(full->next, round.base) / 2).epsilon(1e-4));
}

TEST_CASE("rules without a sum, too many sites, noise off the grid and a failing generator are refused")
{
    Round round({0.5, 2});
    CHECK_FALSE(round.run(tests::failingRandom()));
    for (const AggregationRule rule : {AggregationRule::Scaffold, AggregationRule::CoordinateMedian, AggregationRule::Krum}) {
        Round other = round;
        other.plan.rule = rule;
        CHECK_FALSE(other.run(tests::fixedRandom(1)));
    }
    const auto refused = [&](auto change) {
        Round other = round;
        change(other);
        return !other.run(tests::fixedRandom(1)).has_value();
    };
    CHECK(refused([](Round& r) { r.privacy.sites = 1; }));
    CHECK(refused([](Round& r) { r.privacy.denominator = 0; }));
    CHECK(refused([](Round& r) { r.privacy.noiseMultiplier = 0; }));
    CHECK(refused([](Round& r) { r.privacy.clipNorm = 0; }));
    CHECK(refused([](Round& r) { r.privacy.noiseMultiplier = 1e9; }));
    CHECK(refused([](Round& r) { r.models[0][5] = std::nanf(""); }));
}
