// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/gaussian.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "core/privacy/renyi.h"

using namespace quorate;
using namespace quorate::privacy;

TEST_CASE("the exact Gaussian mechanism has the published epsilons")
{
    CHECK(std::abs(*gaussianEpsilon(1, 1, 1e-5) - 4.377178) < 1e-6);
    CHECK(std::abs(*gaussianEpsilon(5, 30, 1e-5) - 4.866083) < 1e-6);
}

TEST_CASE("epsilon and delta are each other's inverse, and delta falls")
{
    for (const double noise : {0.3, 1.0, 8.0, 300.0}) {
        for (const double delta : {1e-3, 1e-6, 1e-12}) {
            CAPTURE(noise);
            CAPTURE(delta);
            const double epsilon = *gaussianEpsilon(noise, 4, delta);
            const double mu = 2 / noise;
            if (epsilon > 0) CHECK(gaussianDelta(mu, epsilon) == doctest::Approx(delta).epsilon(1e-6));
            CHECK(gaussianDelta(mu, epsilon + 0.1) < gaussianDelta(mu, epsilon));
            CHECK(epsilon <= renyiEpsilon(std::array{SampledGaussian{1, noise, 4}}, delta)->epsilon);
        }
    }
}

TEST_CASE("an epsilon in the billions is still a number")
{
    const auto epsilon = gaussianEpsilon(0.05, 100'000'000, 1e-6);
    REQUIRE(epsilon);
    CHECK(*epsilon > 2e10);
    CHECK(*epsilon < 2.1e10);
}

TEST_CASE("tails keep their digits")
{
    CHECK(normalTail(10) == doctest::Approx(7.61985302416052e-24).epsilon(1e-12));
    CHECK(normalBetween(10, 11) == doctest::Approx(7.61985302416052e-24 - 1.9106595744986566e-28).epsilon(1e-12));
    CHECK(normalBetween(-11, -10) == normalBetween(10, 11));
    CHECK(normalBetween(-1, 1) == doctest::Approx(0.6826894921370859).epsilon(1e-14));
}

TEST_CASE("parameters that are no parameters are refused")
{
    CHECK_FALSE(gaussianEpsilon(0, 1, 1e-5));
    CHECK_FALSE(gaussianEpsilon(1, 1, 0));
    CHECK_FALSE(gaussianEpsilon(1, 1, 1));
}
