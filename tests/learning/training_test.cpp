// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/training.h"

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <random>

#include "learning/initial_weights.h"
#include "learning/network.h"
#include "tests/learning/support/fed_avg.h"

using namespace quorate;
using namespace quorate::learning;

namespace {

const study::ModelSpec kSpec{study::ModelKind::LogisticRegression, 13};

/// Records whose outcome follows from the first two inputs.
schema::RecordSet someRecords(std::size_t count, unsigned seed)
{
    std::mt19937 generator(seed);
    schema::RecordSet records;
    records.columns = kSpec.inputs;
    for (std::size_t row = 0; row < count; ++row) {
        double score = 0;
        for (std::size_t column = 0; column < records.columns; ++column) {
            const double value = static_cast<double>(generator()) / 4294967296.0 * 4 - 2;
            score += column < 2 ? value : 0;
            records.features.push_back(value);
        }
        records.targets.push_back(score > 0.3 ? 1 : 0);
    }
    return records;
}

schema::RecordSet joined(const std::vector<schema::RecordSet>& parts)
{
    schema::RecordSet all;
    all.columns = kSpec.inputs;
    for (const auto& part : parts) {
        all.features.insert(all.features.end(), part.features.begin(), part.features.end());
        all.targets.insert(all.targets.end(), part.targets.begin(), part.targets.end());
    }
    return all;
}

ModelWeights start() { return initialWeights(kSpec, 42).value(); }

}  // namespace

TEST_CASE("initial weights follow from the seed and lie within a linear layer's default bound")
{
    const ModelWeights weights = start();
    CHECK(weights == initialWeights(kSpec, 42).value());
    CHECK(weights != initialWeights(kSpec, 43).value());
    CHECK(weights.tensors == manifestOf(kSpec).value());
    const float bound = 1.0F / std::sqrt(13.0F);
    for (const float value : weights.values) CHECK(std::abs(value) <= bound);
}

TEST_CASE("the same seed gives the same bits and another site, round or seed other ones")
{
    const auto records = someRecords(50, 1);
    study::TrainingPlan plan;
    const auto digest = [&](const std::string& site, std::uint32_t round) {
        return digestOf(train(kSpec, start(), records, localTrainingOf(plan, site, round)).value().weights).value();
    };
    const Digest32 first = digest("va", 1);
    CHECK(first == digest("va", 1));
    CHECK(first != digest("va", 2));
    CHECK(first != digest("cleveland", 1));
    plan.seed = 43;
    CHECK(first != digest("va", 1));
}

TEST_CASE("training learns, with either optimiser, and tells how far the weights moved")
{
    const auto records = someRecords(300, 2);
    for (const auto optimiser : {study::Optimiser::Sgd, study::Optimiser::Adam}) {
        const auto trained = train(kSpec, start(), records, epochsOf(optimiser, 0.05, 10, 8, records.records(), 1));
        REQUIRE(trained.has_value());
        const auto before = evaluateOn(kSpec, start(), records).value();
        const auto after = evaluateOn(kSpec, trained->weights, records).value();
        CHECK(after.loss < before.loss / 2);
        CHECK(after.accuracy > 0.9);
        CHECK(trained->updateNorm == doctest::Approx(distance(trained->weights, start())));
        CHECK(trained->updateNorm > 0);
    }
}

TEST_CASE("one full-batch gradient step per round over any number of sites is centralised gradient descent")
{
    for (const std::size_t sites : {1U, 3U, 7U}) {
        CAPTURE(sites);
        std::vector<schema::RecordSet> parts;
        for (std::size_t i = 0; i < sites; ++i) parts.push_back(someRecords(11 + 37 * i, static_cast<unsigned>(i)));
        const auto all = joined(parts);
        std::vector<std::uint64_t> weights;
        for (const auto& part : parts) weights.push_back(part.records());
        const LocalTraining step{study::Optimiser::Sgd, 0.1, 1, 0, 0};
        ModelWeights federated = start();
        ModelWeights central = start();
        for (int round = 0; round < 200; ++round) {
            std::vector<ModelWeights> trained;
            for (const auto& part : parts) trained.push_back(train(kSpec, federated, part, step).value().weights);
            federated = tests::fedAvg(trained, weights);
            central = train(kSpec, central, all, step).value().weights;
        }
        double largest = 0;
        for (std::size_t i = 0; i < central.values.size(); ++i) {
            largest = std::max(largest, std::abs(static_cast<double>(central.values[i]) - federated.values[i]));
        }
        MESSAGE(sites << " sites: largest difference " << largest);
        CHECK(largest < 1e-6);
        CHECK(distance(central, start()) > 0.5);
    }
}

TEST_CASE("training ends at the first step after it is cancelled")
{
    int polls = 0;
    const auto result = train(kSpec, start(), someRecords(20, 3), LocalTraining{}, {[&] { return ++polls > 5; }, {}});
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().kind == ErrorKind::Cancelled);
    CHECK(polls == 6);
}

TEST_CASE("what does not fit the model is refused before anything runs")
{
    const auto records = someRecords(20, 4);
    ModelWeights weights = start();
    weights.values[2] = NAN;
    CHECK(train(kSpec, weights, records, {}).error().message == "linear.weight[2] is not a finite number");
    schema::RecordSet narrow{12, std::vector<double>(12), {1}};
    CHECK(train(kSpec, start(), narrow, {}).error().message == "records have 12 inputs, want 13");
    CHECK_FALSE(train(kSpec, start(), schema::RecordSet{13, {}, {}}, {}).has_value());
    CHECK_FALSE(predict(kSpec, start(), schema::RecordSet{13, {1, 2}, {1}}).has_value());
    LocalTraining training;
    training.learningRate = NAN;
    CHECK_FALSE(train(kSpec, start(), records, training).has_value());
    CHECK_FALSE(initialWeights({study::ModelKind::LogisticRegression, 0}, 1).has_value());
}

TEST_CASE("training that diverges is refused instead of sent")
{
    auto records = someRecords(20, 5);
    for (double& value : records.features) value *= 1e37;
    LocalTraining training;
    training.learningRate = 1e6;
    const auto result = train(kSpec, start(), records, training);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().message.starts_with("trained model: linear."));
}
