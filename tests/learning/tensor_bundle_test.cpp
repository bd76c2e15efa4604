// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/tensor_bundle.h"

#include <cmath>
#include <doctest/doctest.h>
#include <fstream>

#include "learning/initial_weights.h"
#include "learning/safetensors.h"
#include "learning/training.h"

using namespace quorate;
using namespace quorate::learning;
using schema::TargetKind;

namespace {

schema::DataDictionary dictionary()
{
    schema::Variable subject;
    subject.name = "subject";
    subject.type = schema::VariableType::Identifier;
    subject.isInput = false;
    schema::Variable rate;
    rate.name = "rate";
    rate.type = schema::VariableType::Integer;
    rate.minimum = 0;
    rate.maximum = 300;
    schema::Variable pressure;
    pressure.name = "pressure";
    schema::Variable outcome;
    outcome.name = "outcome";
    outcome.isInput = false;
    schema::DataDictionary out;
    out.variables = {subject, rate, pressure, outcome};
    out.target = "outcome";
    return out;
}

const study::ModelSpec kLstm{study::ModelKind::Lstm, 2, 1, 4, 0, 3, {}};

/// Six records of three steps; subjects 7, 7, 8, 8, 9, 10.
ModelWeights bundle()
{
    ModelWeights out{{{"inputs", {6, 3, 2}}, {"targets", {6}}, {"subjects", {6}}}, {}};
    for (int i = 0; i < 36; ++i) out.values.push_back(static_cast<float>(i % 2 == 0 ? 60 + i : 0.5F * static_cast<float>(i)));
    out.values.insert(out.values.end(), {0, 1, 0, 1, 1, 0});
    out.values.insert(out.values.end(), {7, 7, 8, 8, 9, 10});
    return out;
}

Result<schema::Dataset> read(const ModelWeights& weights, const std::string& split = "subject,part\n7,train\n8,train\n9,test\n",
                             const schema::DataDictionary& of = dictionary(), const study::ModelSpec& model = kLstm)
{
    const auto folder = std::filesystem::temp_directory_path() / "quorate-tensor-bundle-test";
    std::filesystem::create_directories(folder);
    const Bytes bytes = encodeSafetensors(weights).value();
    std::ofstream(folder / "site.safetensors", std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    std::ofstream(folder / "split.csv") << split;
    return readTensorBundle(of, model, folder / "site.safetensors", folder / "split.csv");
}

}  // namespace

TEST_CASE("sequences of a bundle become records, a subject's all in one part, and an LSTM trains on them")
{
    const auto dataset = read(bundle());
    REQUIRE_MESSAGE(dataset.has_value(), dataset.error().message);
    CHECK(dataset->train.records() == 4);
    CHECK(dataset->test.records() == 1);
    CHECK(dataset->unassignedRecords == 1);
    CHECK(dataset->train.columns == 6);
    CHECK(dataset->test.features == std::vector<double>{84, 12.5, 86, 13.5, 88, 14.5});
    CHECK(dataset->train.targets == std::vector<double>{0, 1, 0, 1});
    const auto prepared = schema::standardised(*dataset).value();
    const LocalTraining training{study::Optimiser::Adam, 0.01, 5, 2, 1};
    CHECK(train(kLstm, initialWeights(kLstm, 1).value(), prepared.train, training).has_value());
}

TEST_CASE("times come with their events, and flat inputs need no steps")
{
    auto survival = dictionary();
    survival.targetKind = TargetKind::TimeToEvent;
    survival.variables.push_back(survival.variables.back());
    survival.variables.back().name = "death";
    survival.eventVariable = "death";
    ModelWeights weights{{{"subjects", {3}}, {"targets", {3, 2}}, {"inputs", {3, 2}}}, {1, 2, 3, 5, 1, 6.5F, 0, 7, 1, 70, .1F, 80, .2F, 90, .3F}};
    const study::ModelSpec cox{study::ModelKind::CoxRegression, 2};
    const auto dataset = read(weights, "subject,part\n1,train\n2,train\n3,test\n", survival, cox);
    REQUIRE_MESSAGE(dataset.has_value(), dataset.error().message);
    CHECK(dataset->train.targets == std::vector<double>{5, 6.5});
    CHECK(dataset->train.events == std::vector<std::uint8_t>{1, 0});
    weights.values[4] = 0.5F;
    CHECK(read(weights, "subject,part\n1,train\n2,train\n3,test\n", survival, cox).error().message == "site.safetensors: record 1: event is neither 0 nor 1");
}

TEST_CASE("a bundle that is not as the dictionary and the model say is refused")
{
    const auto refused = [](const std::function<void(ModelWeights&)>& change) {
        ModelWeights changed = bundle();
        change(changed);
        const auto dataset = read(changed);
        return dataset ? std::string("read") : dataset.error().message;
    };
    CHECK(refused([](ModelWeights& w) { w.values[6] = NAN; }) == "site.safetensors: record 2: input rate is out of what the dictionary allows");
    CHECK(refused([](ModelWeights& w) { w.values[0] = 60.5F; }) == "site.safetensors: record 1: input rate is out of what the dictionary allows");
    CHECK(refused([](ModelWeights& w) { w.values[0] = 301; }).ends_with("input rate is out of what the dictionary allows"));
    CHECK(refused([](ModelWeights& w) { w.values[36] = INFINITY; }).ends_with("record 1: target is out of what the dictionary allows"));
    CHECK(refused([](ModelWeights& w) { w.values[42] = 7.5F; }).ends_with("record 1: subject is no whole number of 0 to 16777216"));
    CHECK(refused([](ModelWeights& w) { w.tensors[0].shape = {6, 2, 3}; }).ends_with("tensor inputs has another shape than model and records want"));
    CHECK(refused([](ModelWeights& w) { w.tensors[2].name = "names"; }).ends_with("holds other tensors than inputs, targets and subjects"));
    CHECK(read(bundle(), "subject,part\n7,train\n99,test\n").error().message == "site.safetensors: the split names 1 subjects that are not in it");
    CHECK_FALSE(read(bundle(), "subject,part\n9,train\n10,test\n").has_value());
}
