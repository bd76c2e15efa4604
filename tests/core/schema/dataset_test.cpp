// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/dataset.h"

#include <cmath>
#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::schema;

TEST_CASE("standardisation uses the training part's mean and sample standard deviation for both parts")
{
    Dataset dataset;
    dataset.train = {2, {1, 10, 2, 20, 6, 60}, {0, 1, 1}};
    dataset.test = {2, {3, 30}, {0}};
    const auto result = standardised(dataset);
    REQUIRE(result.has_value());
    const double deviation = std::sqrt((4.0 + 1.0 + 9.0) / 2.0);  // mean 3, n - 1 = 2
    CHECK(result->train.features[0] == doctest::Approx(-2 / deviation));
    CHECK(result->train.features[5] == doctest::Approx(3 / deviation));
    CHECK(result->test.features == std::vector<double>{0, 0});
    CHECK(result->train.targets == dataset.train.targets);
    CHECK(dataset.train.positives() == 2);
}

TEST_CASE("a constant column is centred and not scaled, even where its mean rounds")
{
    Dataset dataset;
    dataset.train = {2, {7, 0.1, 7, 0.1, 7, 0.1}, {0, 1, 1}};
    dataset.test = {2, {9, 0.1}, {0}};
    const auto result = standardised(dataset);
    REQUIRE(result.has_value());
    for (const double value : result->train.features) CHECK(std::abs(value) < 1e-12);
    CHECK(result->test.features[0] == doctest::Approx(2));
}

TEST_CASE("standardisation needs two training records")
{
    Dataset dataset;
    dataset.train = {1, {1}, {1}};
    CHECK_FALSE(standardised(dataset).has_value());
}
