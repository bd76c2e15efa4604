// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/contribution.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "learning/memory_source.h"

using namespace quorate;
using namespace quorate::learning;

namespace {

/// One round of models of one value; the score is how near the model comes to 1.
struct Round {
    study::AggregationPlan plan;
    ModelManifest model{{"w", {1}}};
    std::vector<float> base{0};
    std::vector<std::vector<float>> values;
    std::vector<std::uint64_t> weights;

    [[nodiscard]] Result<RoundContributions> contributions(const ModelScore& score = [](const ModelWeights& m) -> Result<double> {
        return -std::abs(m.values.at(0) - 1.0);
    }) const
    {
        std::vector<MemorySource> sources(values.begin(), values.end());
        std::vector<StoredUpdate> updates;
        for (std::size_t i = 0; i < values.size(); ++i) updates.push_back({"site-" + std::to_string(9 - i), weights[i], &sources[i]});
        return leaveOneOut(plan, model, updates, MemorySource(base), initialState(plan.rule, 1), score);
    }
};

}  // namespace

TEST_CASE("a site that pulls the mean away has a contribution below 0, one that pulls it right above")
{
    const Round round{{}, {{"w", {1}}}, {0}, {{1}, {1}, {0}}, {1, 2, 1}};
    const auto result = round.contributions().value();
    CHECK(result.scoreOfAll == doctest::Approx(-0.25));
    REQUIRE(result.sites.size() == 3);
    CHECK(result.sites[0].site == "site-7");
    CHECK(result.sites[0].scoreWithout == doctest::Approx(0));
    CHECK(result.sites[0].difference == doctest::Approx(-0.25));
    CHECK(result.sites[1].difference == doctest::Approx(0.25));       // 0.5 without the heavier good one.
    CHECK(result.sites[2].difference == doctest::Approx(-0.25 + 1.0 / 3));
}

TEST_CASE("sites with the same update and weight contribute the same")
{
    const Round round{{}, {{"w", {1}}}, {0}, {{0.5}, {0.5}, {0.5}}, {7, 7, 7}};
    const auto contributions = round.contributions().value();
    for (const auto& site : contributions.sites) CHECK(site.difference == 0);
}

TEST_CASE("each aggregation starts from the state before the round, not from the one that another left")
{
    Round round{{}, {{"w", {1}}}, {0}, {{1}, {1}, {1}}, {1, 1, 1}};
    round.plan.rule = study::AggregationRule::FedAvgM;
    round.plan.momentum = 0.9;
    const auto contributions = round.contributions().value();
    for (const auto& site : contributions.sites) CHECK(site.difference == 0);
}

TEST_CASE("what cannot be left out or scored is an error that names the site")
{
    Round one{{}, {{"w", {1}}}, {0}, {{1}}, {1}};
    CHECK(one.contributions().error().message.find("without site site-9") == 0);
    Round krum{{}, {{"w", {1}}}, {0}, {{1}, {1}, {1}}, {1, 1, 1}};
    krum.plan.rule = study::AggregationRule::Krum;
    CHECK_FALSE(krum.contributions());
    const Round round{{}, {{"w", {1}}}, {0}, {{1}, {1}}, {1, 1}};
    CHECK_FALSE(round.contributions([](const ModelWeights&) -> Result<double> { return std::numeric_limits<double>::quiet_NaN(); }));
    CHECK_FALSE(round.contributions([](const ModelWeights&) -> Result<double> { return fail(ErrorKind::Unavailable, "no records"); }));
}
