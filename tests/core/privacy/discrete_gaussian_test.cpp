// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/discrete_gaussian.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <vector>

#include "tests/support/random.h"

using namespace quorate;
using namespace quorate::privacy;

namespace {

/// tests::fixedRandom repeats after 2 MB, which these counts would notice.
RandomSource longRandom(std::uint64_t seed)
{
    return [generator = std::mt19937_64(seed)](std::span<std::uint8_t> out) mutable -> Result<void> {
        for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(generator() >> 56);
        return {};
    };
}

std::vector<std::int64_t> draw(std::size_t count, std::uint64_t sigma, std::uint8_t seed)
{
    std::vector<std::int64_t> values(count);
    REQUIRE(addDiscreteGaussian(values, sigma, longRandom(seed)));
    return values;
}

double density(std::int64_t x, double sigma)
{
    return std::exp(-static_cast<double>(x * x) / (2 * sigma * sigma));
}

/// Pearson's statistic over the values whose expectation is at least 5, the two tails pooled, and its degrees of freedom.
std::pair<double, int> chiSquare(const std::vector<std::int64_t>& values, double sigma)
{
    double total = 0;
    for (std::int64_t x = -1000; x <= 1000; ++x) total += density(x, sigma);
    std::map<std::int64_t, double> counts;
    for (const std::int64_t value : values) counts[value] += 1;
    const auto n = static_cast<double>(values.size());
    double statistic = 0;
    double seen = 0;
    double expectedSeen = 0;
    int cells = 0;
    for (std::int64_t x = -1000; x <= 1000; ++x) {
        const double expected = n * density(x, sigma) / total;
        if (expected < 5) continue;
        const double count = counts[x];
        statistic += (count - expected) * (count - expected) / expected;
        seen += count;
        expectedSeen += expected;
        ++cells;
    }
    const double pooled = std::max(n - expectedSeen, 0.5);
    statistic += (n - seen - pooled) * (n - seen - pooled) / pooled;
    return {statistic, cells};
}

}  // namespace

TEST_CASE("small deviations have exactly the probabilities of the discrete Gaussian")
{
    for (const std::uint64_t sigma : {1, 2, 3, 7}) {
        CAPTURE(sigma);
        const auto [statistic, freedom] = chiSquare(draw(400'000, sigma, static_cast<std::uint8_t>(sigma)), static_cast<double>(sigma));
        // Mean and five deviations of a chi-square variable.
        CHECK(statistic < freedom + 5 * std::sqrt(2.0 * freedom));
        CHECK(freedom >= 7);
    }
}

TEST_CASE("the chi-square would find the rounded float normal that this must not be")
{
    std::vector<std::int64_t> rounded;
    for (int i = 0; i < 400'000; ++i) {
        // The quantiles of a normal of deviation 1, rounded: no discrete Gaussian has these shares.
        double low = -9;
        double high = 9;
        for (int k = 0; k < 50; ++k) {
            const double middle = (low + high) / 2;
            (std::erfc(-middle / std::sqrt(2.0)) / 2 < (i + 0.5) / 400'000 ? low : high) = middle;
        }
        rounded.push_back(std::llround(low));
    }
    const auto [statistic, freedom] = chiSquare(rounded, 1);
    CHECK(statistic > freedom + 50 * std::sqrt(2.0 * freedom));
}

TEST_CASE("large deviations have mean, variance, symmetry and tail of a Gaussian")
{
    const double sigma = 1e9 + 7;
    const auto values = draw(200'000, static_cast<std::uint64_t>(sigma), 9);
    double sum = 0;
    double squares = 0;
    double fourths = 0;
    double positive = 0;
    double beyondTwo = 0;
    for (const std::int64_t value : values) {
        const double x = static_cast<double>(value) / sigma;
        sum += x;
        squares += x * x;
        fourths += x * x * x * x;
        positive += value > 0 ? 1 : 0;
        beyondTwo += std::abs(x) > 2 ? 1 : 0;
    }
    const double n = static_cast<double>(values.size());
    CHECK(std::abs(sum / n) < 5 / std::sqrt(n));
    CHECK(std::abs(squares / n - 1) < 5 * std::sqrt(2 / n));
    CHECK(std::abs(fourths / n - 3) < 5 * std::sqrt(96 / n));
    CHECK(std::abs(positive / n - 0.5) < 2.5 / std::sqrt(n));
    CHECK(std::abs(beyondTwo / n - 0.0455003) < 5 * std::sqrt(0.0455 / n));
}

TEST_CASE("remainders of a deviation that is no power of two are as frequent as they should be")
{
    // The lowest bits of a wide discrete Gaussian are uniform.
    const auto values = draw(160'000, 3'000'001, 4);
    std::array<double, 16> counts{};
    for (const std::int64_t value : values) counts[static_cast<std::size_t>(value & 15)] += 1;
    double statistic = 0;
    for (const double count : counts) statistic += (count - 10'000) * (count - 10'000) / 10'000;
    CHECK(statistic < 15 + 5 * std::sqrt(30.0));
}

TEST_CASE("noise is added to what is there")
{
    const auto noise = draw(100, 50, 3);
    std::vector<std::int64_t> totals(100, 1'000'000);
    REQUIRE(addDiscreteGaussian(totals, 50, longRandom(3)));
    for (std::size_t i = 0; i < totals.size(); ++i) CHECK(totals[i] == 1'000'000 + noise[i]);
}

TEST_CASE("a total at the edge of 64 bits, a failing generator and an absurd deviation are refused")
{
    std::vector<std::int64_t> edge(64, std::numeric_limits<std::int64_t>::max());
    const auto overflow = addDiscreteGaussian(edge, 100, tests::fixedRandom(1));
    REQUIRE_FALSE(overflow);
    CHECK(overflow.error().kind == ErrorKind::Malformed);
    std::vector<std::int64_t> totals(4);
    CHECK(addDiscreteGaussian(totals, 100, tests::failingRandom()).error().message == "no randomness");
    CHECK_FALSE(addDiscreteGaussian(totals, 0, tests::fixedRandom(1)));
    CHECK_FALSE(addDiscreteGaussian(totals, kMostGridDeviation + 1, tests::fixedRandom(1)));
    CHECK(addDiscreteGaussian(totals, kMostGridDeviation, tests::fixedRandom(1)));
}
