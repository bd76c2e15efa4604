// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/site_level.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/privacy/discrete_gaussian.h"
#include "tests/support/random.h"

using namespace quorate;
using namespace quorate::privacy;

TEST_CASE("sites are taken at their rate, each on its own")
{
    const auto taken = sampleMembers(20'000, 0.3, tests::fixedRandom(1));
    REQUIRE(taken);
    double count = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < taken->size(); ++i) {
        count += (*taken)[i] ? 1 : 0;
        if (i > 0) pairs += (*taken)[i] && (*taken)[i - 1] ? 1 : 0;
    }
    CHECK(std::abs(count - 6000) < 5 * std::sqrt(20'000 * 0.21));
    CHECK(std::abs(pairs - 1800) < 5 * std::sqrt(20'000 * 0.09));
    const auto all = sampleMembers(71, 1, tests::failingRandom());
    REQUIRE(all);
    CHECK(*all == std::vector<bool>(71, true));
    CHECK(*sampleMembers(71, 0, tests::fixedRandom(1)) == std::vector<bool>(71, false));
    CHECK_FALSE(sampleMembers(71, 0.3, tests::failingRandom()));
    CHECK_FALSE(sampleMembers(71, 1.5, tests::fixedRandom(1)));
    CHECK_FALSE(sampleMembers(71, std::nan(""), tests::fixedRandom(1)));
}

TEST_CASE("the grid's noise is the multiplier times what one site can change, and a little more")
{
    CHECK(fixedDenominator(71, 0.3) == doctest::Approx(21.3));
    CHECK(*noiseOnGrid(2, 1, 0x1p20) == 2 * (1 << 20) + 1);
    CHECK(*noiseOnGrid(1.5, 0.5, 0x1p10) == 769);
    CHECK(*noiseOnGrid(9, 1, 0x1p35) > 9 * (std::uint64_t{1} << 35));
    CHECK_FALSE(noiseOnGrid(0, 1, 0x1p20));
    CHECK_FALSE(noiseOnGrid(1, 0, 0x1p20));
    CHECK_FALSE(noiseOnGrid(-1, -1, 0x1p20));
    CHECK_FALSE(noiseOnGrid(1, 1, 0));
    CHECK_FALSE(noiseOnGrid(1, 1e9, 0x1p40));
    CHECK_FALSE(noiseOnGrid(std::nan(""), 1, 0x1p20));
}

TEST_CASE("updates and count together cost what the plan says")
{
    for (const double z : {0.5, 1.0, 3.0}) {
        const double count = 4;
        const double updates = *noiseBesideCount(z, count);
        CHECK(updates > z);
        // Two Gaussians of sensitivity 1 and 1/2: 1/z^2 = 1/updates^2 + (1/2)^2/count^2.
        CHECK(1 / (updates * updates) + 0.25 / (count * count) == doctest::Approx(1 / (z * z)).epsilon(1e-12));
    }
    CHECK_FALSE(noiseBesideCount(8, 4));
    CHECK_FALSE(noiseBesideCount(0, 4));
    CHECK_FALSE(noiseBesideCount(1, std::nan("")));
}

TEST_CASE("the clip norm follows the wanted quantile")
{
    const AdaptiveClipping clipping{0.5, 0.2, 0.001};
    const auto random = tests::fixedRandom(2);
    // All below: exp(-0.2 (1 - 0.5)); none: exp(0.2 * 0.5); half: no change.
    CHECK(*nextClipNorm(1, 20, 20, 20, clipping, random) == doctest::Approx(std::exp(-0.1)).epsilon(1e-4));
    CHECK(*nextClipNorm(1, 0, 20, 20, clipping, random) == doctest::Approx(std::exp(0.1)).epsilon(1e-4));
    CHECK(*nextClipNorm(3, 10, 20, 20, clipping, random) == doctest::Approx(3).epsilon(1e-4));

    double clip = 100;
    for (int round = 0; round < 200; ++round) {
        // Norms 1 to 71, so that the median is 36.
        std::uint64_t below = 0;
        for (int site = 1; site <= 71; ++site) below += site <= clip ? 1U : 0U;
        clip = *nextClipNorm(clip, below, 71, 71, {0.5, 0.2, 3.5}, random);
    }
    CHECK(clip > 30);
    CHECK(clip < 43);
}

TEST_CASE("one round's noise moves the clip norm tenfold at most, and nonsense is refused")
{
    const auto random = tests::fixedRandom(5);
    for (int i = 0; i < 50; ++i) {
        const double next = *nextClipNorm(1, 1, 2, 1, {0.5, 10, 1000}, random);
        CHECK(next >= 0.1);
        CHECK(next <= 10);
    }
    CHECK_FALSE(nextClipNorm(0, 1, 2, 1, {}, random));
    CHECK_FALSE(nextClipNorm(1, 3, 2, 1, {0.5, 0.2, 1}, random));
    CHECK_FALSE(nextClipNorm(1, 1, 2, 0, {0.5, 0.2, 1}, random));
    CHECK_FALSE(nextClipNorm(1, 1, 2, 1, {0.5, 0.2, 0}, random));
    CHECK_FALSE(nextClipNorm(1, 1, 2, 1, {1.5, 0.2, 1}, random));
    CHECK_FALSE(nextClipNorm(1, 1, 2, 1, {0.5, std::nan(""), 1}, random));
    CHECK_FALSE(nextClipNorm(1, 1, 2, 1, {0.5, 0.2, 1}, tests::failingRandom()));
}
