// SPDX-License-Identifier: GPL-3.0-or-later
// Training with noise for each record: what one record can do, what noise is in the model, and what is refused.
#include "learning/torch_network.h"

// LibTorch brings glog's macro of this name.
#undef CHECK
#include <cmath>
#include <doctest/doctest.h>
#include <numeric>
#include <random>

#include "learning/initial_weights.h"
#include "learning/linear_model.h"
#include "learning/network.h"
#include "learning/record_privacy.h"
#include "learning/training.h"
#include "tests/support/random.h"

using namespace quorate;
using namespace quorate::learning;
using schema::TargetKind;
using study::ModelKind;

namespace {

constexpr double kClipNorm = 0.3;

struct Case {
    study::ModelSpec spec;
    TargetKind target;
};

const std::vector<Case> kCases{{{ModelKind::LogisticRegression, 5, 1}, TargetKind::Binary},
                               {{ModelKind::LinearRegression, 5, 1}, TargetKind::Decimal},
                               {{ModelKind::SoftmaxRegression, 5, 4}, TargetKind::Class},
                               {{ModelKind::MultilayerPerceptron, 5, 1, 4, 1}, TargetKind::Binary},
                               {{ModelKind::Lstm, 2, 3, 4, 0, 3}, TargetKind::Class}};

schema::RecordSet someRecords(const Case& of, std::size_t count)
{
    std::mt19937 generator(5);
    schema::RecordSet records;
    records.targetKind = of.target;
    records.columns = static_cast<std::size_t>(of.spec.inputs) * std::max(1U, of.spec.sequenceLength);
    for (std::size_t i = 0; i < count * records.columns; ++i) records.features.push_back(static_cast<double>(generator() % 2001) / 500 - 2);
    const std::uint32_t classes = of.target == TargetKind::Class ? of.spec.outputs : 2;
    for (std::size_t i = 0; i < count; ++i) records.targets.push_back(generator() % classes);
    if (of.target == TargetKind::TimeToEvent) records.events.assign(count, 1);
    return records;
}

/// The sum of all clipped gradients, as doubles.
std::vector<double> clippedSum(const Case& of, const ModelWeights& weights, const schema::RecordSet& records,
                               const std::vector<std::int64_t>& rows, double clipNorm = kClipNorm)
{
    const auto copied = [](auto sum) { return std::vector<double>(sum.begin(), sum.end()); };
    if (of.spec.hiddenUnits == 0) return copied(LinearModel(of.spec, weights, records).clippedSum(rows, clipNorm));
    return copied(TorchModel(of.spec, makeNetwork(of.spec, weights), records).clippedSum(rows, clipNorm));
}

double norm(const std::vector<double>& values)
{
    return std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0));
}

study::PrivacyPlan planWith(double noise, double clipNorm, double rate)
{
    return {study::PrivacyKind::RecordLevel, 8, 1e-5, noise, clipNorm, rate, false, .5, .2, 0};
}

}  // namespace

TEST_CASE("no record moves a sum of gradients by more than the clipping norm, and long gradients by exactly that")
{
    for (const Case& of : kCases) {
        CAPTURE(study::nameOf(of.spec.kind));
        const auto records = someRecords(of, 40);
        const auto weights = initialWeights(of.spec, 3).value();
        std::vector<std::int64_t> rows;
        std::vector<double> before = clippedSum(of, weights, records, rows);
        CHECK(norm(before) == 0);
        int clipped = 0;
        for (std::int64_t row = 0; row < 40; ++row) {
            rows.push_back(row);
            std::vector<double> after = clippedSum(of, weights, records, rows);
            std::vector<double> moved = after;
            for (std::size_t i = 0; i < moved.size(); ++i) moved[i] -= before[i];
            CHECK(norm(moved) <= kClipNorm * (1 + 1e-5));
            const std::vector<double> alone = clippedSum(of, weights, records, {row}, 1e9);
            if (norm(alone) > kClipNorm) {
                ++clipped;
                CHECK(norm(moved) == doctest::Approx(kClipNorm).epsilon(1e-4));
            } else {
                CHECK(norm(moved) == doctest::Approx(norm(alone)).epsilon(1e-3));
            }
            before = std::move(after);
        }
        CHECK(clipped > 0);
    }
}

TEST_CASE("a step's noise has the standard deviation that the plan says, in the model itself")
{
    // No record is ever drawn: the step is noise alone, z S / (q n) = 2 * 0.5 / (1e-9 * 10) a value.
    const Case of{{ModelKind::SoftmaxRegression, 2000, 4}, TargetKind::Class};
    const auto records = someRecords(of, 10);
    const auto start = initialWeights(of.spec, 1).value();
    const auto noise = RecordNoise::make(planWith(2, 0.5, 1e-9), 10, tests::fixedRandom(4)).value();
    LocalTraining training{study::Optimiser::Sgd, 1e-8, 1, 4, 1};
    training.noise = &noise;
    const auto trained = train(of.spec, start, records, training);
    REQUIRE_MESSAGE(trained.has_value(), trained.error().message);
    double sum = 0, squares = 0;
    const auto count = static_cast<double>(start.values.size());
    for (std::size_t i = 0; i < start.values.size(); ++i) {
        const double moved = static_cast<double>(trained->weights.values[i]) - static_cast<double>(start.values[i]);
        sum += moved;
        squares += moved * moved;
    }
    CHECK(std::sqrt(squares / count) == doctest::Approx(1).epsilon(0.04));
    CHECK(std::abs(sum / count) < 0.06);
}

TEST_CASE("with little noise and every record in each step, training is gradient descent over all records")
{
    for (const Case& of : {kCases[0], kCases[3]}) {
        const auto records = someRecords(of, 4000);
        const auto start = initialWeights(of.spec, 3).value();
        const auto noise = RecordNoise::make(planWith(0.05, 100, 1), 4000, tests::fixedRandom(6)).value();
        LocalTraining training{study::Optimiser::Sgd, 0.05, 10, 0, 1};
        const auto plain = train(of.spec, start, records, training).value();
        training.noise = &noise;
        const auto noised = train(of.spec, start, records, training).value();
        CHECK(noised.steps == 10);
        // Ten steps of z S lr / n = 6e-5 each.
        CHECK(distance(noised.weights, plain.weights) < 2e-3);
        CHECK(distance(noised.weights, plain.weights) > 0);
        CHECK(plain.updateNorm > 0.01);
    }
}

TEST_CASE("noise for another number of records, and a loss that is no sum over records, are refused")
{
    const Case cox{{ModelKind::CoxRegression, 3, 1}, TargetKind::TimeToEvent};
    const auto noise = RecordNoise::make(planWith(1, 1, .5), 20, tests::fixedRandom(1)).value();
    LocalTraining training{study::Optimiser::Sgd, 0.01, 2, 4, 1};
    training.noise = &noise;
    const auto ofTimes = train(cox.spec, initialWeights(cox.spec, 1).value(), someRecords(cox, 20), training);
    REQUIRE_FALSE(ofTimes);
    CHECK(ofTimes.error().kind == ErrorKind::PolicyRefused);
    const auto other = train(kCases[0].spec, initialWeights(kCases[0].spec, 1).value(), someRecords(kCases[0], 21), training);
    REQUIRE_FALSE(other);
    CHECK(other.error().message == "the noise is for 20 records, there are 21");
}

TEST_CASE("without randomness there is no training")
{
    const auto noise = RecordNoise::make(planWith(1, 1, 1), 20, tests::failingRandom()).value();
    LocalTraining training{study::Optimiser::Sgd, 0.01, 2, 4, 1};
    training.noise = &noise;
    CHECK_FALSE(train(kCases[0].spec, initialWeights(kCases[0].spec, 1).value(), someRecords(kCases[0], 20), training));
}
