// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/record_privacy.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/random.h"

using namespace quorate;
using namespace quorate::learning;
using study::PrivacyKind;
using study::PrivacyPlan;

namespace {

PrivacyPlan recordLevel(double noise = 1, double clipNorm = 2, double rate = 0.25)
{
    return {PrivacyKind::RecordLevel, 8, 1e-5, noise, clipNorm, rate, false, .5, .2, 0};
}

}  // namespace

TEST_CASE("each step draws each record with the plan's chance, anew")
{
    const auto noise = RecordNoise::make(recordLevel(), 4000, tests::fixedRandom(1));
    REQUIRE(noise);
    const auto first = noise->draw();
    const auto second = noise->draw();
    REQUIRE(first);
    CHECK(std::abs(static_cast<double>(first->size()) - 1000) < 5 * std::sqrt(4000 * 0.25 * 0.75));
    CHECK(*first != *second);
    CHECK(std::is_sorted(first->begin(), first->end()));
    CHECK(first->back() < 4000);
    CHECK(RecordNoise::make(recordLevel(1, 2, 1e-9), 10, tests::fixedRandom(1))->draw()->empty());
}

TEST_CASE("the sum becomes a mean over the expected batch, with the plan's noise")
{
    // z S / (q n) = 2 / 1000.
    const auto noise = RecordNoise::make(recordLevel(), 4000, tests::fixedRandom(2));
    std::vector<double> sum(20'000, 500);
    REQUIRE(noise->release(std::span(sum)));
    double mean = 0;
    double variance = 0;
    for (const double value : sum) mean += value / static_cast<double>(sum.size());
    for (const double value : sum) variance += (value - mean) * (value - mean) / static_cast<double>(sum.size());
    CHECK(mean == doctest::Approx(0.5).epsilon(1e-3));
    CHECK(std::sqrt(variance) == doctest::Approx(0.002).epsilon(0.03));
}

TEST_CASE("an empty batch gives noise alone, in either precision")
{
    const auto noise = RecordNoise::make(recordLevel(3), 4000, tests::fixedRandom(3));
    std::vector<float> sum(5000);
    REQUIRE(noise->release(std::span(sum)));
    double squares = 0;
    for (const float value : sum) squares += static_cast<double>(value) * static_cast<double>(value);
    CHECK(std::sqrt(squares / 5000) == doctest::Approx(0.006).epsilon(0.05));
}

TEST_CASE("a plan that protects no records, no records, and values off the grid are refused")
{
    PrivacyPlan siteLevel = recordLevel();
    siteLevel.kind = PrivacyKind::SiteLevel;
    CHECK_FALSE(RecordNoise::make(siteLevel, 10, tests::fixedRandom(1)));
    CHECK_FALSE(RecordNoise::make(PrivacyPlan{}, 10, tests::fixedRandom(1)));
    CHECK_FALSE(RecordNoise::make(recordLevel(), 0, tests::fixedRandom(1)));
    CHECK_FALSE(RecordNoise::make(recordLevel(0), 10, tests::fixedRandom(1)));
    CHECK_FALSE(RecordNoise::make(recordLevel(1, 0), 10, tests::fixedRandom(1)));
    CHECK_FALSE(RecordNoise::make(recordLevel(1, 1, 0), 10, tests::fixedRandom(1)));
    const auto noise = RecordNoise::make(recordLevel(), 10, tests::fixedRandom(1));
    for (const float bad : {std::nanf(""), HUGE_VALF, 1e12F}) {
        std::vector<float> sum{1, bad};
        CHECK_FALSE(noise->release(std::span(sum)));
    }
    std::vector<float> sum(4);
    CHECK_FALSE(RecordNoise::make(recordLevel(), 10, tests::failingRandom())->release(std::span(sum)));
    CHECK_FALSE(RecordNoise::make(recordLevel(), 10, tests::failingRandom())->draw());
}
