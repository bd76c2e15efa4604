// SPDX-License-Identifier: GPL-3.0-or-later
#include <torch/script.h>

// LibTorch brings glog's macro of this name.
#undef CHECK
#include <doctest/doctest.h>

#include <sstream>

#include "core/crypto/digest.h"
#include "learning/metrics.h"
#include "learning/record_privacy.h"
#include "learning/script/script_model.h"

using namespace quorate;
using namespace quorate::learning;

namespace {

const char* const kForward = "def forward(self, x):\n    return torch.linear(torch.tanh(torch.linear(x, self.w1, self.b1)), self.w2, self.b2)\n";

/// A file with two layers of weights and this code.
Bytes scriptOf(const std::string& code, const std::function<void(torch::jit::Module&)>& change = {})
{
    torch::manual_seed(3);
    torch::jit::Module module("Model");
    module.register_parameter("w1", torch::randn({6, 2}), false);
    module.register_parameter("b1", torch::zeros({6}), false);
    module.register_parameter("w2", torch::randn({1, 6}), false);
    module.register_parameter("b2", torch::zeros({1}), false);
    if (change) change(module);
    module.define(code);
    std::ostringstream out;
    module.save(out);
    const std::string text = out.str();
    return {text.begin(), text.end()};
}

study::ModelSpec specOf(const Bytes& script) { return {study::ModelKind::TorchScript, 2, 1, 0, 0, 0, sha256(script)}; }

ScriptWorker worker()
{
    ScriptWorker out;
    out.program = QUORATE_SCRIPT_WORKER;
    out.limits = {256, 20};
    out.deadline = std::chrono::seconds(120);
    return out;
}

Result<ScriptModel> opened(const Bytes& script) { return ScriptModel::open(specOf(script), script, worker()); }

schema::RecordSet records()
{
    schema::RecordSet out;
    out.columns = 2;
    for (int i = 0; i < 64; ++i) {
        const double a = (i % 8 - 3.5) / 2, b = (i / 8 - 3.5) / 2;
        out.features.insert(out.features.end(), {a, b});
        out.targets.push_back(a + b > 0.2 ? 1 : 0);
    }
    return out;
}

ModelWeights initialOf(const ScriptModel& model) { return model.initialWeights(0).value(); }

/// What a run of the module's own code comes to.
std::string outcomeOf(const std::string& code)
{
    const auto model = opened(scriptOf(code));
    if (!model) return model.error().message;
    const auto predicted = model->predict(initialOf(*model), records());
    return predicted ? "predicted" : predicted.error().message;
}

}  // namespace

TEST_CASE("a TorchScript model trains and predicts in its confined process, to the same bits each time")
{
    const auto model = opened(scriptOf(kForward));
    REQUIRE_MESSAGE(model.has_value(), model.error().message);
    const ModelManifest manifest{{"w1", {6, 2}}, {"b1", {6}}, {"w2", {1, 6}}, {"b2", {1}}};
    // Doubled: glog prints any container, and cannot print these.
    CHECK((initialOf(*model).tensors == manifest));
    const LocalTraining training{study::Optimiser::Adam, 0.05, 150, 8, 1};
    const auto trained = model->train(initialOf(*model), records(), training);
    REQUIRE_MESSAGE(trained.has_value(), trained.error().message);
    CHECK(trained->steps == 150);
    CHECK(trained->updateNorm > 0.1);
    const auto predicted = model->predict(trained->weights, records());
    REQUIRE_MESSAGE(predicted.has_value(), predicted.error().message);
    CHECK(evaluate(*predicted, records())->accuracy.value() > 0.9);
    CHECK(model->train(initialOf(*model), records(), training)->weights == trained->weights);

    // The file's code could hand one record's values to another.
    const study::PrivacyPlan plan{study::PrivacyKind::RecordLevel, 8, 1e-5, 1, 1, 0.1, false, .5, .2, 0};
    const auto noise = RecordNoise::make(plan, records().records(), systemRandom()).value();
    LocalTraining noised = training;
    noised.noise = &noise;
    CHECK(model->train(initialOf(*model), records(), noised).error().kind == ErrorKind::PolicyRefused);
}

TEST_CASE("a file with another digest than the approved one is not even read")
{
    const Bytes script = scriptOf(kForward);
    study::ModelSpec spec = specOf(script);
    spec.scriptDigest.bytes[0] ^= 1;
    ScriptWorker nowhere;
    nowhere.program = "/nowhere/worker";
    const auto model = ScriptModel::open(spec, script, nowhere);
    REQUIRE_FALSE(model.has_value());
    CHECK(model.error().kind == ErrorKind::Untrusted);
    CHECK(model.error().message.find("the study approved") != std::string::npos);
}

TEST_CASE("an operator that does more than compute is refused by its name, wherever it stands")
{
    CHECK(outcomeOf("def forward(self, x):\n    return torch.from_file('/etc/passwd', False, 10)\n") ==
          "operator aten::from_file in forward is not allowed");
    CHECK(outcomeOf("def helper(self, x):\n    if bool(x.sum() > 0):\n        torch.save(x, '/tmp/x')\n    return x\n" + std::string(kForward)) ==
          "operator aten::save in helper is not allowed");
    CHECK(outcomeOf("def forward(self, x):\n    return torch.as_strided(x, [64, 1], [1, 1], 4000)\n") ==
          "operator aten::as_strided in forward is not allowed");
}

TEST_CASE("a model that allocates, computes or fails without end is ended and says why")
{
    CHECK(outcomeOf("def forward(self, x):\n    y = torch.ones([1, 1])\n    for i in range(40):\n        y = torch.cat([y, y])\n    return y\n") ==
          "the model wants more memory than it may use");
    ScriptWorker hasty = worker();
    hasty.limits.cpuSeconds = 3;
    const Bytes endless = scriptOf("def forward(self, x):\n    y = x\n    while bool(y.sum() > -1.0):\n        y = x * 0.0\n    return y\n");
    const auto model = ScriptModel::open(specOf(endless), endless, hasty);
    REQUIRE_MESSAGE(model.has_value(), model.error().message);
    CHECK(model->predict(initialOf(*model), records()).error().message == "the confined process was ended after its 3 s of processor time");
    const std::string failed = outcomeOf("def forward(self, x):\n    return torch.matmul(x, x)\n");
    CHECK(failed.starts_with("the model failed: "));
}

TEST_CASE("what is no module, or no module of parameters alone, is refused with a sentence")
{
    const Bytes nonsense{'P', 'K', 3, 4, 0, 0, 0, 0};
    CHECK(opened(nonsense).error().message == "the model's file is no TorchScript module that this version of LibTorch reads");
    const auto withBuffer = opened(scriptOf(kForward, [](torch::jit::Module& m) { m.register_buffer("mean", torch::zeros({2})); }));
    CHECK(withBuffer.error().message.find("has buffers") != std::string::npos);
    const auto withDoubles = opened(scriptOf(kForward, [](torch::jit::Module& m) { m.register_parameter("d", torch::zeros({2}, torch::kFloat64), false); }));
    CHECK(withDoubles.error().message == "the model's file has parameter d, which is not float32 and dense");
    CHECK(outcomeOf("def forward(self, x):\n    return x\n") == "the model's file returns another number of outputs than the study says");
    Bytes cut = scriptOf(kForward);
    cut.resize(cut.size() / 2);
    CHECK_FALSE(opened(cut).has_value());
}
