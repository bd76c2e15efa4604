// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/renyi.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

using namespace quorate;
using namespace quorate::privacy;

namespace {

struct Row {
    double noise;
    double rate;
    std::uint64_t steps;
    double delta;
    double epsilon;
    double order;
};

/// Mironov, Talwar, Zhang 2019, section 3.3, as printed: two series split at z0, each term with its sign.
double divergenceBySeries(double q, double sigma, double a)
{
    const double z0 = 0.5 + sigma * sigma * std::log(1 / q - 1);
    // ln of (1/2) erfc(x / (sqrt 2 sigma)), by its asymptotic form where it would underflow.
    const auto logHalf = [&](double x) {
        const double y = x / (std::sqrt(2.0) * sigma);
        if (y < 20) return std::log(std::erfc(y) / 2);
        return -y * y - std::log(2 * y * std::sqrt(std::acos(-1.0))) + std::log1p(-1 / (2 * y * y) + 3 / (4 * y * y * y * y));
    };
    double sum = 0;
    double binomial = 1;
    for (int k = 0; k < 3000; ++k) {
        const double rest = a - k;
        const double first = k * std::log(q) + rest * std::log(1 - q) + (k * (k - 1.0)) / (2 * sigma * sigma) + logHalf(k - z0);
        const double second = rest * std::log(q) + k * std::log(1 - q) + rest * (rest - 1) / (2 * sigma * sigma) + logHalf(z0 - rest);
        const double term = binomial * (std::exp(first) + std::exp(second));
        sum += term;
        if (k > a && std::abs(term) < 1e-17) break;
        binomial *= (a - k) / (k + 1);
    }
    return std::log(sum) / (a - 1);
}

}  // namespace

TEST_CASE("published epsilons come out to 1e-6, at their orders")
{
    const std::array rows{
        Row{1.5, 0.04, 2250, 1e-5, 7.32911117143, 3.9},
        Row{1.3, 150.0 / 60000, 6000, 1e-5, 0.7242234026109595, 19},
        Row{1.0, 100.0 / 100000, 30000, 1e-7, 1.4154988495444845, 13},
        Row{0.8, 0.05, 100, 1e-6, 7.662756, 3.3},
        Row{1.5, 0.05, 100, 1e-6, 2.154185, 9.6},
        Row{3.0, 0.05, 100, 1e-6, 0.826778, 24},
        Row{1.5, 0.2, 100, 1e-6, 9.199253, 3.6},
        Row{2.0, 0.2, 100, 1e-6, 6.122819, 4.8},
        Row{1.5, 0.001, 20000, 1e-6, 0.496994, 30},
        Row{3.0, 0.05, 50000, 1e-6, 26.336227, 2.3},
        Row{1.0, 1, 1, 1e-5, 4.728507, 0},
        Row{5.0, 1, 30, 1e-5, 5.252401, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.noise);
        CAPTURE(row.rate);
        CAPTURE(row.steps);
        const auto found = renyiEpsilon(std::array{SampledGaussian{row.rate, row.noise, row.steps}}, row.delta);
        REQUIRE(found);
        CHECK(std::abs(found->epsilon - row.epsilon) < 1e-6);
        if (row.order != 0) CHECK(found->order == doctest::Approx(row.order).epsilon(1e-12));
    }
}

TEST_CASE("published Renyi divergences come out")
{
    const std::array<std::pair<double, double>, 5> orders{{
        {1.5, 6.5007099e-4}, {2.5, 1.08541809e-3}, {5, 2.18075657e-3}, {50, 2.38460375e-2}, {100, 167.416308}}};
    for (const auto& [order, expected] : orders) {
        CAPTURE(order);
        CHECK(*renyiDivergence(0.01, 2.5, order) * 50 == doctest::Approx(expected).epsilon(1e-8));
    }
    CHECK(*renyiDivergence(0.1, 2, 5) * 10 == doctest::Approx(0.0773696849).epsilon(1e-8));
    CHECK(*renyiDivergence(1, 10, 20) == doctest::Approx(0.1).epsilon(1e-15));
    CHECK(*renyiDivergence(0, 10, 20) == 0);
}

TEST_CASE("fractional orders agree with the series of the paper, signs kept")
{
    for (const double q : {0.01, 0.05, 0.2, 0.35}) {
        for (const double sigma : {0.8, 1.5, 4.0}) {
            for (const double order : {1.1, 1.5, 2.3, 3.9, 5.5, 10.9}) {
                CAPTURE(q);
                CAPTURE(sigma);
                CAPTURE(order);
                CHECK(*renyiDivergence(q, sigma, order) ==
                      doctest::Approx(divergenceBySeries(q, sigma, order)).epsilon(1e-7));
            }
        }
    }
}

TEST_CASE("the integral and the binomial sum meet at integer orders, also where the divergence is tiny")
{
    for (const double q : {1e-6, 1e-3, 0.1, 0.5, 0.9}) {
        for (const double sigma : {0.05, 0.3, 1.0, 20.0, 3000.0}) {
            for (const double order : {2.0, 5.0, 10.0}) {
                CAPTURE(q);
                CAPTURE(sigma);
                CAPTURE(order);
                const double exact = *renyiDivergence(q, sigma, order);
                const double beside = *renyiDivergence(q, sigma, order * (1 + 1e-12));
                CHECK(beside == doctest::Approx(exact).epsilon(1e-8));
            }
        }
    }
}

TEST_CASE("steps of different kinds add up in any order")
{
    const std::array both{SampledGaussian{0.05, 1.5, 40}, SampledGaussian{0.2, 3, 10}};
    const std::array swapped{both[1], both[0]};
    const std::array split{SampledGaussian{0.05, 1.5, 25}, both[1], SampledGaussian{0.05, 1.5, 15}};
    const double epsilon = renyiEpsilon(both, 1e-6)->epsilon;
    CHECK(renyiEpsilon(swapped, 1e-6)->epsilon == doctest::Approx(epsilon).epsilon(1e-12));
    CHECK(renyiEpsilon(split, 1e-6)->epsilon == doctest::Approx(epsilon).epsilon(1e-12));
    CHECK(epsilon > renyiEpsilon(std::array{both[0]}, 1e-6)->epsilon);
    CHECK(epsilon > renyiEpsilon(std::array{both[1]}, 1e-6)->epsilon);
}

TEST_CASE("nothing taken or no step spends nothing")
{
    CHECK(renyiEpsilon({}, 1e-6)->epsilon == 0);
    CHECK(renyiEpsilon(std::array{SampledGaussian{0, 1, 1000}}, 1e-6)->epsilon == 0);
    CHECK(renyiEpsilon(std::array{SampledGaussian{1, 1, 0}}, 1e-6)->epsilon == 0);
    CHECK(renyiEpsilon(std::array{SampledGaussian{1, 1e6, 1}}, 0.999)->epsilon == 0);
}

TEST_CASE("parameters that are no parameters are refused with a sentence")
{
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    for (const SampledGaussian& bad :
         {SampledGaussian{-0.1, 1, 1}, SampledGaussian{1.1, 1, 1}, SampledGaussian{kNan, 1, 1}, SampledGaussian{0.1, 0, 1},
          SampledGaussian{0.1, -1, 1}, SampledGaussian{0.1, kNan, 1}, SampledGaussian{0.1, kInfinity, 1},
          SampledGaussian{0.1, 0.01, 1}, SampledGaussian{0.1, 1, ~std::uint64_t{0}}}) {
        const auto refused = renyiEpsilon(std::array{bad}, 1e-6);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::Malformed);
    }
    for (const double delta : {0.0, 1.0, -1e-9, 2.0, kNan}) CHECK_FALSE(renyiEpsilon({}, delta));
    for (const double order : {1.0, 0.5, -3.0, 1025.0, kNan}) CHECK_FALSE(renyiDivergence(0.1, 1, order));
    CHECK(renyiEpsilon(std::array{SampledGaussian{0.1, 0, 1}}, 1e-6).error().message == "noise multiplier is 0, want 0.05 to 1e+06");
}
