// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/outlook.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace quorate;
using namespace quorate::privacy;
using study::PrivacyKind;
using study::TrainingPlan;

namespace {

TrainingPlan siteLevel(double noise, double rate, double epsilon)
{
    TrainingPlan plan;
    plan.rounds = 100;
    plan.privacy.kind = PrivacyKind::SiteLevel;
    plan.privacy.epsilon = epsilon;
    plan.privacy.delta = 1e-3;
    plan.privacy.noiseMultiplier = noise;
    plan.privacy.clipNorm = 1;
    plan.privacy.samplingRate = rate;
    return plan;
}

}  // namespace

TEST_CASE("a plan's outlook says what all rounds spend and how many fit the budget")
{
    const auto outlook = outlookOf(siteLevel(2.9, 0.3, 4));
    REQUIRE(outlook);
    CHECK(outlook->planned.renyi > 3.8);
    CHECK(outlook->planned.renyi < 4.1);
    CHECK(outlook->planned.tight < outlook->planned.renyi);
    const auto half = outlookOf(siteLevel(2.9, 0.3, 2));
    CHECK(half->roundsWithinBudget > 20);
    CHECK(half->roundsWithinBudget < 50);
    CHECK(outlookOf(siteLevel(2.9, 0.3, 0.01))->roundsWithinBudget == 0);
}

TEST_CASE("whoever sees which sites took part gets no help from sampling")
{
    const auto outlook = outlookOf(siteLevel(2.9, 0.3, 4));
    const auto all = outlookOf(siteLevel(2.9, 1, 4));
    CHECK(outlook->epsilonKnowingWhoTookPart == doctest::Approx(all->planned.renyi));
    CHECK(outlook->epsilonKnowingWhoTookPart > 3 * outlook->planned.renyi);
    CHECK(all->epsilonKnowingWhoTookPart == doctest::Approx(all->planned.renyi));
}

TEST_CASE("at record level a round is as many steps as a site trains")
{
    TrainingPlan plan = siteLevel(1.1, 0.01, 8);
    plan.privacy.kind = PrivacyKind::RecordLevel;
    plan.privacy.delta = 1e-5;
    plan.rounds = 15;
    plan.localSteps = 100;
    CHECK(costOfRound(plan) == SampledGaussian{0.01, 1.1, 100});
    const auto outlook = outlookOf(plan);
    REQUIRE(outlook);
    CHECK(outlook->planned == *plannedEpsilon({0.01, 1.1, 1500}, 1e-5));
    // Which records were drawn stays at the site.
    CHECK(outlook->epsilonKnowingWhoTookPart == outlook->planned.renyi);
}

TEST_CASE("no privacy costs nothing and has no outlook; nonsense is refused")
{
    CHECK(costOfRound(TrainingPlan{}).steps == 0);
    CHECK_FALSE(outlookOf(TrainingPlan{}));
    CHECK_FALSE(outlookOf(siteLevel(0, 0.3, 4)));
    CHECK_FALSE(outlookOf(siteLevel(1, 2, 4)));
    CHECK_FALSE(outlookOf(siteLevel(1, 0.3, std::nan(""))));
}

TEST_CASE("noise is weighed against the longest mean that clipping allows")
{
    CHECK(noiseToSignal(9, 1, 71, 25'000'000) == doctest::Approx(633.8).epsilon(1e-3));
    CHECK(noiseToSignal(3, 0.5, 60, 100) == doctest::Approx(1));
}
