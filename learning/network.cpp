// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/network.h"

#include <algorithm>
#include <mutex>

#include "learning/metrics.h"
#include "learning/torch_network.h"

namespace quorate::learning {

void useOneTorchThread()
{
    static std::once_flag once;
    std::call_once(once, [] { at::set_num_threads(1); });
}

namespace {

/// Every new layer draws from the process's one generator; nobody may draw between a seed and its layer.
std::mutex& generatorMutex()
{
    static std::mutex mutex;
    return mutex;
}

torch::nn::Linear drawNetwork(const study::ModelSpec& spec)
{
    return torch::nn::Linear(static_cast<std::int64_t>(spec.inputs), 1);
}

}  // namespace

torch::nn::Linear makeNetwork(const study::ModelSpec& spec)
{
    const std::lock_guard lock(generatorMutex());
    return drawNetwork(spec);
}

void loadInto(torch::nn::Linear& network, const ModelWeights& weights)
{
    const torch::NoGradGuard noGradient;
    const auto inputs = static_cast<std::size_t>(network->weight.numel());
    std::copy_n(weights.values.data(), inputs, network->weight.data_ptr<float>());
    std::copy_n(weights.values.data() + inputs, 1, network->bias.data_ptr<float>());
}

ModelWeights weightsOf(const torch::nn::Linear& network, const ModelManifest& manifest)
{
    ModelWeights weights;
    weights.tensors = manifest;
    for (const torch::Tensor& tensor : {network->weight, network->bias}) {
        const float* values = tensor.data_ptr<float>();
        weights.values.insert(weights.values.end(), values, values + tensor.numel());
    }
    return weights;
}

torch::Tensor featuresOf(const schema::RecordSet& records)
{
    const auto rows = static_cast<std::int64_t>(records.records());
    torch::Tensor tensor = torch::empty({rows, static_cast<std::int64_t>(records.columns)}, torch::kFloat32);
    std::transform(records.features.begin(), records.features.end(), tensor.data_ptr<float>(),
                   [](double value) { return static_cast<float>(value); });
    return tensor;
}

torch::Tensor targetsOf(const schema::RecordSet& records)
{
    torch::Tensor tensor = torch::empty({static_cast<std::int64_t>(records.records()), 1}, torch::kFloat32);
    std::transform(records.targets.begin(), records.targets.end(), tensor.data_ptr<float>(),
                   [](std::uint8_t value) { return static_cast<float>(value); });
    return tensor;
}

Result<void> checkRecords(const study::ModelSpec& spec, const schema::RecordSet& records)
{
    if (records.columns != spec.inputs) {
        return fail(ErrorKind::Malformed, "records have " + std::to_string(records.columns) + " inputs, want " +
                                              std::to_string(spec.inputs));
    }
    if (records.records() == 0 || records.features.size() != records.records() * records.columns) {
        return fail(ErrorKind::Malformed, "there is no record, or features and outcomes differ in number");
    }
    return {};
}

Result<ModelWeights> initialWeights(const study::ModelSpec& spec, std::uint64_t seed)
{
    TRY_ASSIGN(manifest, manifestOf(spec));
    const std::lock_guard lock(generatorMutex());
    return catchTorch([&]() -> Result<ModelWeights> {
        useOneTorchThread();
        torch::manual_seed(seed);
        return weightsOf(drawNetwork(spec), manifest);
    });
}

Result<std::vector<double>> predict(const study::ModelSpec& spec, const ModelWeights& weights,
                                    const schema::RecordSet& records)
{
    TRY_ASSIGN(manifest, manifestOf(spec));
    TRY(checkAgainst(manifest, weights));
    TRY(checkRecords(spec, records));
    return catchTorch([&]() -> Result<std::vector<double>> {
        useOneTorchThread();
        const torch::NoGradGuard noGradient;
        torch::nn::Linear network = makeNetwork(spec);
        loadInto(network, weights);
        const torch::Tensor probabilities = torch::sigmoid(network->forward(featuresOf(records)).to(torch::kFloat64));
        const double* values = probabilities.data_ptr<double>();
        return std::vector<double>(values, values + probabilities.numel());
    });
}

Result<study::Evaluation> evaluateOn(const study::ModelSpec& spec, const ModelWeights& weights,
                                     const schema::RecordSet& records)
{
    TRY_ASSIGN(probabilities, predict(spec, weights, records));
    return evaluate(probabilities, records.targets);
}

}  // namespace quorate::learning
