// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/dataset.h"

#include <cmath>
#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::schema;

TEST_CASE("standardisation uses the training part's mean and sample standard deviation for both parts")
{
    Dataset dataset;
    dataset.inputNames = {"a", "b"};
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
    dataset.inputNames = {"a", "b"};
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
    dataset.inputNames = {"a"};
    dataset.train = {1, {1}, {1}};
    CHECK_FALSE(standardised(dataset).has_value());
}

TEST_CASE("a sequence's steps are standardised alike")
{
    Dataset dataset;
    dataset.inputNames = {"a"};
    dataset.train = {2, {1, 2, 2, 3}, {0, 1}};
    dataset.test = {2, {2, 2}, {0}};
    const auto result = standardised(dataset).value();
    const double deviation = std::sqrt(2.0 / 3.0);
    CHECK(result.train.features[1] == 0);
    CHECK(result.train.features[2] == 0);
    CHECK(result.train.features[3] == doctest::Approx(1 / deviation));
    dataset.inputNames = {"a", "b", "c"};
    CHECK_FALSE(standardised(dataset));
}

TEST_CASE("scaled by ranges, a record's values do not depend on the other records, and a number without a range is refused")
{
    DataDictionary dictionary = heartDiseaseDictionary();
    const auto inputs = variablesOfInputs(dictionary);
    REQUIRE(inputs.size() == dictionary.inputNames().size());
    Dataset dataset;
    dataset.inputNames = dictionary.inputNames();
    dataset.train.columns = inputs.size();
    for (const double share : {0.0, 1.0}) {
        for (const Variable* input : inputs) {
            const bool isNumber = input->type != VariableType::Categorical;
            dataset.train.features.push_back(isNumber ? *input->minimum + share * (*input->maximum - *input->minimum) : share);
        }
        dataset.train.targets.push_back(share);
    }
    dataset.test.columns = inputs.size();
    const auto scaled = scaledByRange(dictionary, dataset).value();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const bool isNumber = inputs[i]->type != VariableType::Categorical;
        CHECK(scaled.train.features[i] == (isNumber ? -1 : 0));
        CHECK(scaled.train.features[inputs.size() + i] == 1);
    }
    CHECK(inputsWithoutRange(dictionary).empty());
    dictionary.variables[1].maximum.reset();
    CHECK(inputsWithoutRange(dictionary) == std::vector<std::string>{"age"});
    CHECK(scaledByRange(dictionary, dataset).error().message == "input age has no range to be scaled by");
}
