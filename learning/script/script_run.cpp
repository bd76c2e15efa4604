// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/script/script_run.h"

#include <torch/csrc/jit/runtime/graph_executor.h>

#include <istream>
#include <set>
#include <streambuf>

#include "learning/linear_model.h"
#include "learning/model_records.h"
#include "learning/script/script_operators.h"
#include "learning/torch_network.h"
#include "learning/training_loop.h"

namespace quorate::learning {

namespace {

constexpr std::int64_t kRecordsAtOnce = 1024;

/// A seekable stream over bytes that stay where they are.
class MemoryBuffer : public std::streambuf {
public:
    explicit MemoryBuffer(BytesView bytes)
    {
        char* begin = const_cast<char*>(reinterpret_cast<const char*>(bytes.data()));
        setg(begin, begin, begin + bytes.size());
    }

protected:
    pos_type seekoff(off_type offset, std::ios_base::seekdir direction, std::ios_base::openmode) override
    {
        char* from = direction == std::ios_base::beg ? eback() : direction == std::ios_base::end ? egptr() : gptr();
        if (offset < eback() - from || offset > egptr() - from) return pos_type(off_type(-1));
        setg(eback(), from + offset, egptr());
        return gptr() - eback();
    }
    pos_type seekpos(pos_type position, std::ios_base::openmode mode) override { return seekoff(position, std::ios_base::beg, mode); }
};

tl::unexpected<Error> refused(std::string why) { return fail(ErrorKind::PolicyRefused, "the model's file " + std::move(why)); }

struct LoadedScript {
    torch::jit::Module module;
    ModelManifest manifest;
    TorchNetwork network;
};

Result<void> addParameters(LoadedScript& script)
{
    std::set<const void*> seen;
    for (const auto& parameter : script.module.named_parameters()) {
        const torch::Tensor& value = parameter.value;
        if (value.scalar_type() != torch::kFloat32 || !value.is_contiguous() || !value.device().is_cpu() || value.numel() == 0) {
            return refused("has parameter " + parameter.name + ", which is not float32 and dense");
        }
        if (!seen.insert(value.unsafeGetTensorImpl()).second) return refused("uses parameter " + parameter.name + " under two names");
        script.manifest.push_back({parameter.name, {value.sizes().begin(), value.sizes().end()}});
        script.network.parameters.push_back(value);
    }
    if (script.manifest.empty()) return refused("has no parameter to train");
    return {};
}

Result<LoadedScript> load(const ScriptTask& task)
{
    MemoryBuffer buffer(task.script);
    std::istream stream(&buffer);
    LoadedScript script;
    try {
        script.module = torch::jit::load(stream, torch::kCPU);
    } catch (const std::exception&) {
        return refused("is no TorchScript module that this version of LibTorch reads");
    }
    TRY(checkOperators(script.module));
    if (!script.module.find_method("forward")) return refused("has no forward method");
    // What a module keeps beside its parameters would differ between the sites without anyone seeing it.
    if (script.module.named_buffers().size() > 0) return refused("has buffers, as batch normalisation does; want parameters only");
    TRY(addParameters(script));
    script.network.forward = [module = script.module](const torch::Tensor& batch) mutable {
        const torch::Tensor outputs = module.forward({batch}).toTensor();
        TORCH_CHECK(outputs.dim() == 2, "forward must return records x outputs");
        return outputs;
    };
    return script;
}

void copyInto(const std::vector<torch::Tensor>& parameters, const ModelWeights& weights)
{
    const torch::NoGradGuard noGradient;
    const float* next = weights.values.data();
    for (const torch::Tensor& parameter : parameters) {
        std::copy_n(next, parameter.numel(), parameter.data_ptr<float>());
        next += parameter.numel();
    }
}

Result<std::vector<double>> predictions(const ScriptTask& task, LoadedScript& script)
{
    const torch::NoGradGuard noGradient;
    script.module.eval();
    std::vector<double> values;
    for (const torch::Tensor& batch : featuresOf(task.spec, task.records).split(kRecordsAtOnce)) {
        const torch::Tensor outputs = script.network.forward(batch).to(torch::kFloat64).contiguous();
        if (outputs.size(0) != batch.size(0) || outputs.size(1) != static_cast<std::int64_t>(task.spec.outputs)) {
            return refused("returns another number of outputs than the study says");
        }
        values.insert(values.end(), outputs.data_ptr<double>(), outputs.data_ptr<double>() + outputs.numel());
    }
    toPredictions(values, task.records.targetKind, task.spec.outputs);
    return values;
}

ModelWeights weightsOf(const std::vector<torch::Tensor>& parameters, const ModelManifest& manifest)
{
    ModelWeights weights{manifest, {}};
    for (const torch::Tensor& parameter : parameters) {
        const torch::Tensor values = parameter.contiguous();
        weights.values.insert(weights.values.end(), values.data_ptr<float>(), values.data_ptr<float>() + values.numel());
    }
    return weights;
}

Result<ScriptAnswer> perform(const ScriptTask& task)
{
    TRY_ASSIGN(script, load(task));
    ScriptAnswer answer;
    if (task.kind == ScriptTaskKind::Describe) {
        answer.weights = weightsOf(script.network.parameters, script.manifest);
        return answer;
    }
    TRY(checkAgainst(script.manifest, task.weights));
    TRY(checkRecords(task.spec, task.records));
    copyInto(script.network.parameters, task.weights);
    if (task.kind == ScriptTaskKind::Predict) {
        TRY_ASSIGN(values, predictions(task, script));
        answer.predictions = std::move(values);
        return answer;
    }
    LocalTraining training = task.training;
    training.controls = task.controls ? &*task.controls : nullptr;
    TRY(checkTraining(script.manifest, training));
    torch::manual_seed(training.orderSeed);
    script.module.train();
    TorchModel model(task.spec, script.network, task.records);
    TRY_ASSIGN(trained, runTraining(model, task.weights, task.records.records(), training, {}));
    answer.weights = std::move(trained.weights);
    answer.steps = trained.steps;
    answer.control = std::move(trained.control);
    return answer;
}

}  // namespace

Result<void> warmUpTorch()
{
    return catchTorch([]() -> Result<void> {
        useOneTorchThread();
        // Code made at run time needs executable memory, which a confined process has not.
        at::globalContext().setUserEnabledMkldnn(false);
        torch::jit::getProfilingMode() = false;
        torch::jit::getExecutorMode() = false;
        const torch::nn::LSTM drawn(torch::nn::LSTMOptions(2, 3));
        torch::linear(torch::ones({2, 2}, torch::requires_grad()), torch::ones({1, 2})).sum().backward();
        torch::jit::Module module("WarmUp");
        module.define("def forward(self, x):\n    return x + 1\n");
        module.forward({torch::ones({1, 1})});
        return {};
    });
}

Result<ScriptAnswer> runScript(const ScriptTask& task)
{
    auto answer = catchTorch([&] { return perform(task); });
    if (answer || answer.error().kind != ErrorKind::Internal) return answer;
    // What LibTorch throws here, the module's code or numbers led to.
    const std::string& message = answer.error().message;
    if (message.find("can't allocate memory") != std::string::npos || message.find("bad_alloc") != std::string::npos) {
        return fail(ErrorKind::PolicyRefused, "the model wants more memory than it may use");
    }
    return fail(ErrorKind::PolicyRefused, "the model failed: " + message);
}

}  // namespace quorate::learning
