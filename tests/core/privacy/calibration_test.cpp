// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/calibration.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "core/privacy/renyi.h"

using namespace quorate;
using namespace quorate::privacy;

TEST_CASE("the published calibration comes out")
{
    const auto noise = noiseForEpsilon(0.04, 2000, 1e-5, 8);
    REQUIRE(noise);
    CHECK(std::abs(*noise - 1.3562) < 1e-4);
}

TEST_CASE("what 71 sites can have at delta 1e-3 comes out to the digit printed")
{
    struct Row {
        double rate;
        std::uint64_t rounds;
        std::array<double, 5> noise;
    };
    constexpr std::array<double, 5> kEpsilons{1, 2, 4, 8, 10};
    for (const Row& row : {Row{1, 50, {20.5, 11.4, 6.4, 3.7, 3.1}}, Row{1, 100, {29.0, 16.1, 9.0, 5.2, 4.4}},
                           Row{0.3, 100, {8.8, 5.0, 2.9, 1.7, 1.5}}}) {
        for (std::size_t i = 0; i < kEpsilons.size(); ++i) {
            CAPTURE(row.rate);
            CAPTURE(row.rounds);
            CAPTURE(kEpsilons[i]);
            const auto noise = noiseForEpsilon(row.rate, row.rounds, 1e-3, kEpsilons[i]);
            REQUIRE(noise);
            CHECK(std::round(*noise * 10) / 10 == doctest::Approx(row.noise[i]).epsilon(1e-9));
        }
    }
}

TEST_CASE("calibrated noise keeps to its epsilon, and a little less does not")
{
    for (const double epsilon : {0.1, 1.0, 10.0}) {
        const double noise = *noiseForEpsilon(0.3, 100, 1e-3, epsilon);
        CHECK(renyiEpsilon(std::array{SampledGaussian{0.3, noise, 100}}, 1e-3)->epsilon <= epsilon);
        CHECK(renyiEpsilon(std::array{SampledGaussian{0.3, noise * 0.9999, 100}}, 1e-3)->epsilon > epsilon);
    }
}

TEST_CASE("a plan's epsilon is told by both accountants")
{
    const auto planned = plannedEpsilon({.05, 1.5, 100}, 1e-6);
    REQUIRE(planned);
    CHECK(std::abs(planned->renyi - 2.154185) < 1e-6);
    CHECK(std::abs(planned->tight - 1.943764) < 1e-3);
}

TEST_CASE("what cannot be calibrated is refused")
{
    CHECK_FALSE(noiseForEpsilon(0.3, 100, 1e-3, 0));
    CHECK_FALSE(noiseForEpsilon(0.3, 100, 1e-3, std::nan("")));
    CHECK_FALSE(noiseForEpsilon(1, 100'000'000, 1e-9, 1e-9));
    CHECK_FALSE(noiseForEpsilon(2, 100, 1e-3, 1));
    CHECK(*noiseForEpsilon(0, 100, 1e-3, 1) == kLeastNoiseMultiplier);
}
