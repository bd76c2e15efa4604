// SPDX-License-Identifier: GPL-3.0-or-later
// Every built-in model against automatic differentiation and LibTorch's own optimisers.
#include "learning/torch_network.h"

// LibTorch brings glog's macro of this name.
#undef CHECK
#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <random>

#include "learning/batch_order.h"
#include "learning/linear_model.h"
#include "learning/initial_weights.h"
#include "learning/network.h"
#include "learning/training.h"
#include "learning/training_loop.h"

using namespace quorate;
using namespace quorate::learning;
using schema::TargetKind;
using study::ModelKind;

namespace {

struct Case {
    study::ModelSpec spec;
    TargetKind target;
};

study::ModelSpec specOf(ModelKind kind, std::uint32_t inputs, std::uint32_t outputs, std::uint32_t units = 0, std::uint32_t layers = 0, std::uint32_t steps = 0)
{
    return {kind, inputs, outputs, units, layers, steps, {}};
}

const std::vector<Case> kLinear{{specOf(ModelKind::LogisticRegression, 13, 1), TargetKind::Binary},
                                {specOf(ModelKind::LinearRegression, 6, 1), TargetKind::Decimal},
                                {specOf(ModelKind::SoftmaxRegression, 9, 5), TargetKind::Class},
                                {specOf(ModelKind::CoxRegression, 7, 1), TargetKind::TimeToEvent}};
const std::vector<Case> kNetworks{{specOf(ModelKind::MultilayerPerceptron, 5, 1, 8, 2), TargetKind::Binary},
                                  {specOf(ModelKind::MultilayerPerceptron, 5, 1, 8, 1), TargetKind::Decimal},
                                  {specOf(ModelKind::MultilayerPerceptron, 5, 3, 8, 1), TargetKind::Class},
                                  {specOf(ModelKind::MultilayerPerceptron, 5, 1, 8, 1), TargetKind::TimeToEvent},
                                  {specOf(ModelKind::Lstm, 3, 1, 6, 0, 4), TargetKind::Binary},
                                  {specOf(ModelKind::Lstm, 3, 4, 6, 0, 4), TargetKind::Class}};

double uniform(std::mt19937& generator) { return static_cast<double>(generator()) / 4294967296.0 * 2 - 1; }

schema::RecordSet someRecords(const Case& of, std::size_t count, unsigned seed)
{
    std::mt19937 generator(seed);
    schema::RecordSet records;
    records.targetKind = of.target;
    records.columns = static_cast<std::size_t>(of.spec.inputs) * std::max(1U, of.spec.sequenceLength);
    for (std::size_t row = 0; row < count; ++row) {
        double score = 0;
        for (std::size_t column = 0; column < records.columns; ++column) {
            records.features.push_back(uniform(generator));
            score += column < 2 ? records.features.back() : 0;
        }
        if (of.target == TargetKind::Binary) records.targets.push_back(score > 0.1 ? 1 : 0);
        if (of.target == TargetKind::Decimal) records.targets.push_back(score + 0.1 * uniform(generator));
        if (of.target == TargetKind::Class) records.targets.push_back(std::clamp(std::floor(score + of.spec.outputs / 2.0), 0.0, of.spec.outputs - 1.0));
        if (of.target != TargetKind::TimeToEvent) continue;
        // Whole numbers, so that there are ties.
        records.targets.push_back(std::floor(5 * std::exp(-score) + uniform(generator) + 1));
        records.events.push_back(generator() % 4 == 0 ? 0 : 1);
    }
    return records;
}

double largestDifference(const ModelWeights& a, const ModelWeights& b)
{
    double largest = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i) largest = std::max(largest, std::abs(static_cast<double>(a.values[i]) - b.values[i]));
    return largest;
}

std::vector<float> valuesOf(const std::vector<torch::Tensor>& parameters)
{
    std::vector<float> out;
    for (const torch::Tensor& parameter : parameters) {
        const torch::Tensor values = parameter.detach().contiguous();
        out.insert(out.end(), values.data_ptr<float>(), values.data_ptr<float>() + values.numel());
    }
    return out;
}

/// The loop of training with LibTorch's gradients, whatever the kind.
ModelWeights byAutograd(const Case& of, const ModelWeights& start, const schema::RecordSet& records, const LocalTraining& training)
{
    TorchModel model(of.spec, makeNetwork(of.spec, start), records);
    return runTraining(model, start, records.records(), training, {}).value().weights;
}

}  // namespace

TEST_CASE("closed-form gradients of linear models lead where automatic differentiation leads")
{
    for (const Case& of : kLinear) {
        const auto records = someRecords(of, 83, 1);
        const auto start = initialWeights(of.spec, 42).value();
        for (const auto optimiser : {study::Optimiser::Sgd, study::Optimiser::Adam}) {
            for (const std::uint32_t batch : {0U, 10U}) {
                CAPTURE(study::nameOf(of.spec.kind));
                CAPTURE(batch);
                const LocalTraining training{optimiser, 0.01, 100, batch, 7, 0.3};
                const auto trained = train(of.spec, start, records, training).value();
                const double difference = largestDifference(trained.weights, byAutograd(of, start, records, training));
                CHECK(difference < 1e-6);
                CHECK(trained.updateNorm > 0.05);
            }
        }
    }
}

TEST_CASE("the loop's optimisers are those of LibTorch")
{
    const Case of = kNetworks[0];
    const auto records = someRecords(of, 60, 2);
    const auto start = initialWeights(of.spec, 1).value();
    for (const auto kind : {study::Optimiser::Sgd, study::Optimiser::Adam}) {
        const LocalTraining training{kind, 0.01, 60, 8, 3};
        TorchNetwork network = makeNetwork(of.spec, start);
        for (auto& parameter : network.parameters) parameter.requires_grad_(true);
        std::unique_ptr<torch::optim::Optimizer> optimiser;
        if (kind == study::Optimiser::Adam) optimiser = std::make_unique<torch::optim::Adam>(network.parameters, torch::optim::AdamOptions(0.01));
        else optimiser = std::make_unique<torch::optim::SGD>(network.parameters, torch::optim::SGDOptions(0.01));
        const torch::Tensor features = featuresOf(of.spec, records);
        std::vector<float> outcomes(records.targets.begin(), records.targets.end());
        const torch::Tensor targets = torch::from_blob(outcomes.data(), {60}, torch::kFloat32);
        BatchOrder order(records.records(), training.batchSize, training.orderSeed);
        for (std::uint64_t step = 0; step < training.steps; ++step) {
            const auto batch = order.next();
            std::vector<std::int64_t> indexes(batch.begin(), batch.end());
            const torch::Tensor rows = torch::from_blob(indexes.data(), {static_cast<std::int64_t>(indexes.size())}, torch::kInt64);
            optimiser->zero_grad();
            torch::binary_cross_entropy_with_logits(network.forward(features.index_select(0, rows)).squeeze(1), targets.index_select(0, rows)).backward();
            optimiser->step();
        }
        const ModelWeights expected{start.tensors, valuesOf(network.parameters)};
        CHECK(largestDifference(train(of.spec, start, records, training).value().weights, expected) < 1e-6);
    }
}

TEST_CASE("every kind of model learns, predicts in its own terms and repeats itself to the bit")
{
    std::vector<Case> all = kLinear;
    all.insert(all.end(), kNetworks.begin(), kNetworks.end());
    for (const Case& of : all) {
        CAPTURE(study::nameOf(of.spec.kind));
        CAPTURE(static_cast<int>(of.target));
        const auto records = someRecords(of, 200, 3);
        const auto start = initialWeights(of.spec, 42).value();
        // Doubled: glog prints any container, and cannot print these.
        CHECK((start.tensors == manifestOf(of.spec).value()));
        CHECK(start.values.size() == elementsOf(start.tensors));
        const auto training = epochsOf(study::Optimiser::Adam, 0.02, 15, 20, records.records(), 1);
        const auto trained = train(of.spec, start, records, training);
        REQUIRE(trained.has_value());
        CHECK(trained->weights == train(of.spec, start, records, training)->weights);
        CHECK(trained->steps == training.steps);
        const auto before = evaluateOn(of.spec, start, records).value();
        const auto after = evaluateOn(of.spec, trained->weights, records).value();
        CHECK(after.loss < 0.95 * before.loss);
        CHECK(after.accuracy.has_value() == (of.target == TargetKind::Binary || of.target == TargetKind::Class));
        CHECK(after.rmse.has_value() == (of.target == TargetKind::Decimal));
        CHECK(after.concordance.value_or(of.target == TargetKind::TimeToEvent ? 0 : 1) > 0.75);
    }
}

TEST_CASE("a pull of zero towards the start leaves every bit as it was, and a strong one keeps the weights near")
{
    for (const Case& of : {kLinear[2], kNetworks[0]}) {
        const auto records = someRecords(of, 100, 4);
        const auto start = initialWeights(of.spec, 42).value();
        LocalTraining training{study::Optimiser::Sgd, 0.05, 100, 10, 5};
        const auto plain = train(of.spec, start, records, training).value();
        training.proximalMu = 0;
        CHECK(train(of.spec, start, records, training)->weights == plain.weights);
        training.proximalMu = 10;
        CHECK(train(of.spec, start, records, training)->updateNorm < 0.5 * plain.updateNorm);
    }
}

TEST_CASE("control variates shift each step, and the site's next one is the mean gradient it saw")
{
    const Case of = kLinear[0];
    const auto records = someRecords(of, 40, 6);
    const auto start = initialWeights(of.spec, 42).value();
    ControlVariates controls{start, start};
    std::fill(controls.service.values.begin(), controls.service.values.end(), 0.0F);
    std::fill(controls.site.values.begin(), controls.site.values.end(), 0.0F);
    LocalTraining training{study::Optimiser::Sgd, 0.1, 1, 0, 0};
    const auto plain = train(of.spec, start, records, training).value();
    training.controls = &controls;
    const auto zero = train(of.spec, start, records, training).value();
    CHECK(zero.weights == plain.weights);
    CHECK_FALSE(plain.control.has_value());
    // One full step from zero controls: c_i is that step's gradient.
    for (std::size_t i = 0; i < start.values.size(); ++i) {
        CHECK(zero.control->values[i] == doctest::Approx((start.values[i] - plain.weights.values[i]) / 0.1).epsilon(1e-4));
    }
    // With the site's control at its gradient and the service's at zero, the step goes nowhere.
    controls.site = *zero.control;
    CHECK(train(of.spec, start, records, training)->updateNorm < 1e-6);
    controls.site.values.pop_back();
    CHECK(train(of.spec, start, records, training).error().message.starts_with("site's control: "));
    controls.site = controls.service;
    training.optimiser = study::Optimiser::Adam;
    CHECK_FALSE(train(of.spec, start, records, training).has_value());
}

TEST_CASE("training stops when its time is up and tells how many steps count")
{
    const Case of = kLinear[0];
    const auto records = someRecords(of, 40, 7);
    const auto start = initialWeights(of.spec, 42).value();
    LocalTraining training{study::Optimiser::Sgd, 0.1, 50, 4, 0};
    training.timeLimit = std::chrono::milliseconds(20);
    training.steps = 1'000'000'000;
    const auto partial = train(of.spec, start, records, training).value();
    CHECK(partial.steps < training.steps);
    training.steps = partial.steps;
    training.timeLimit.reset();
    CHECK(train(of.spec, start, records, training)->weights == partial.weights);
    training.timeLimit = std::chrono::milliseconds(0);
    CHECK(train(of.spec, start, records, training)->steps == 1);
}

TEST_CASE("clipped gradients sum what each record's own gradient is after clipping")
{
    for (const Case& of : {kLinear[0], kLinear[1], kLinear[2], kNetworks[0], kNetworks[4]}) {
        CAPTURE(study::nameOf(of.spec.kind));
        const auto records = someRecords(of, 30, 8);
        const auto start = initialWeights(of.spec, 42).value();
        std::vector<std::int64_t> rows{3, 1, 29, 3};
        LinearModel closed(of.spec, start, records);
        TorchModel automatic(of.spec, makeNetwork(of.spec, start), records);
        for (const double clip : {0.05, 0.5, 1e9}) {
            std::vector<double> expected(start.values.size());
            for (const std::int64_t row : rows) {
                const auto gradient = automatic.meanGradient(std::span(&row, 1));
                double squares = 0;
                for (const float value : gradient) squares += static_cast<double>(value) * value;
                const double scale = std::min(1.0, clip / std::sqrt(squares));
                for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += scale * gradient[i];
            }
            const auto sum = automatic.clippedSum(rows, clip);
            for (std::size_t i = 0; i < expected.size(); ++i) CHECK(sum[i] == doctest::Approx(expected[i]).epsilon(1e-4).scale(1e-2));
            if (of.spec.kind >= ModelKind::CoxRegression) continue;
            const auto exact = closed.clippedSum(rows, clip);
            for (std::size_t i = 0; i < expected.size(); ++i) CHECK(exact[i] == doctest::Approx(expected[i]).epsilon(1e-4).scale(1e-2));
        }
    }
}

TEST_CASE("records whose target is not the model's are refused")
{
    for (const Case& of : kLinear) {
        const auto start = initialWeights(of.spec, 42).value();
        for (const Case& other : kLinear) {
            if (other.target == of.target) continue;
            auto records = someRecords(of, 20, 9);
            records.targetKind = other.target;
            CHECK_FALSE(train(of.spec, start, records, {}).has_value());
        }
        auto records = someRecords(of, 20, 9);
        records.targets[3] = -1;
        CHECK(train(of.spec, start, records, {}).has_value() == (of.target == TargetKind::Decimal));
        records.targets[3] = NAN;
        CHECK_FALSE(train(of.spec, start, records, {}).has_value());
    }
    auto records = someRecords(kLinear[3], 20, 9);
    records.events.pop_back();
    CHECK_FALSE(train(kLinear[3].spec, initialWeights(kLinear[3].spec, 1).value(), records, {}).has_value());
}

TEST_CASE("a model too large to hold is refused before anything is allocated")
{
    CHECK_FALSE(manifestOf(specOf(ModelKind::MultilayerPerceptron, 1 << 20, 1, 1 << 20, 64)).has_value());
    CHECK_FALSE(manifestOf(specOf(ModelKind::MultilayerPerceptron, 5, 1)).has_value());
    CHECK_FALSE(initialWeights(specOf(ModelKind::TorchScript, 5, 1), 1).has_value());
}

TEST_CASE("a study begins with the weights that LibTorch's layers draw under its seed, bit for bit")
{
    const auto drawn = [](std::vector<float>& out, const torch::nn::Module& module) {
        const auto values = valuesOf(module.parameters());
        out.insert(out.end(), values.begin(), values.end());
    };
    for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{42}, (std::uint64_t{7} << 32) + 5}) {
        CAPTURE(seed);
        torch::manual_seed(seed);
        std::vector<float> perceptron;
        drawn(perceptron, *torch::nn::Linear(13, 300));
        drawn(perceptron, *torch::nn::Linear(300, 300));
        drawn(perceptron, *torch::nn::Linear(300, 3));
        CHECK(initialWeights(specOf(ModelKind::MultilayerPerceptron, 13, 3, 300, 2), seed).value().values == perceptron);
        torch::manual_seed(seed);
        std::vector<float> lstm;
        drawn(lstm, *torch::nn::LSTM(torch::nn::LSTMOptions(5, 17).batch_first(true)));
        drawn(lstm, *torch::nn::Linear(17, 2));
        CHECK(initialWeights(specOf(ModelKind::Lstm, 5, 2, 17, 0, 4), seed).value().values == lstm);
        torch::manual_seed(seed);
        std::vector<float> cox;
        drawn(cox, *torch::nn::Linear(torch::nn::LinearOptions(29, 1).bias(false)));
        CHECK(initialWeights(specOf(ModelKind::CoxRegression, 29, 1), seed).value().values == cox);
    }
}
