// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/metrics.h"

#include <cmath>
#include <doctest/doctest.h>
#include <vector>

using namespace quorate;
using quorate::learning::evaluate;

namespace {

Result<study::Evaluation> evaluated(const std::vector<double>& probabilities, const std::vector<double>& targets)
{
    schema::RecordSet records;
    records.targets = targets;
    return evaluate(probabilities, records);
}

}  // namespace

TEST_CASE("loss, accuracy, AUC and Brier score are those worked out by hand")
{
    const auto result = evaluated({0.9, 0.4, 0.6, 0.2}, {1, 1, 0, 0});
    REQUIRE(result.has_value());
    CHECK(result->records == 4);
    CHECK(result->loss == doctest::Approx(-(std::log(0.9) + std::log(0.4) + std::log(0.4) + std::log(0.8)) / 4));
    CHECK(result->accuracy.value() == doctest::Approx(0.5));
    CHECK(result->auc.value() == doctest::Approx(0.75));
    CHECK(result->brier.value() == doctest::Approx((0.01 + 0.36 + 0.36 + 0.04) / 4));
}

TEST_CASE("a tie between a positive and a negative counts half in the AUC")
{
    CHECK(evaluated({0.5, 0.5}, {1, 0})->auc.value() == doctest::Approx(0.5));
    CHECK(evaluated({0.3, 0.5, 0.5, 0.5, 0.9}, {0, 1, 0, 0, 1})->auc.value() == doctest::Approx(5.0 / 6));
    CHECK(evaluated({0.1, 0.2, 0.8, 0.9}, {1, 1, 0, 0})->auc.value() == doctest::Approx(0));
}

TEST_CASE("with one class alone there is no AUC")
{
    CHECK_FALSE(evaluated({0.5, 0.7}, {1, 1})->auc.has_value());
    CHECK_FALSE(evaluated({0.5, 0.7}, {0, 0})->auc.has_value());
}

TEST_CASE("a probability of one half is not positive, and certainty in the wrong costs 100 nats")
{
    CHECK(evaluated({0.5}, {1})->accuracy == 0);
    CHECK(evaluated({0.0}, {1})->loss == doctest::Approx(100));
    CHECK(evaluated({1.0}, {1})->loss == doctest::Approx(0));
}

TEST_CASE("what is no probability or no outcome is refused")
{
    CHECK_FALSE(evaluated({}, {}).has_value());
    CHECK_FALSE(evaluated({0.5}, {1, 0}).has_value());
    CHECK_FALSE(evaluated({1.5}, {1}).has_value());
    CHECK_FALSE(evaluated({-0.1}, {1}).has_value());
    CHECK_FALSE(evaluated({std::nan("")}, {1}).has_value());
    CHECK_FALSE(evaluated({0.5}, {2}).has_value());
}
