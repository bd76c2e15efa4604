// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/torch_network.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

namespace quorate::learning {

namespace {

using torch::Tensor;
using Parameters = std::vector<Tensor>;

std::int64_t width(std::uint64_t value) { return static_cast<std::int64_t>(value); }

/// Layers of weight and bias in turn, with ReLU between them.
Tensor perceptron(const Parameters& parameters, Tensor values)
{
    for (std::size_t i = 0; i < parameters.size(); i += 2) {
        const Tensor bias = i + 1 < parameters.size() ? parameters[i + 1] : Tensor();
        values = torch::linear(i == 0 ? values : torch::relu(values), parameters[i], bias);
    }
    return values;
}

Tensor lstm(const Parameters& parameters, const Tensor& batch)
{
    const Tensor zeros = torch::zeros({1, batch.size(0), parameters[1].size(1)});
    const auto [steps, lastHidden, lastCell] =
        torch::lstm(batch, {zeros, zeros}, at::ArrayRef<Tensor>(parameters.data(), 4), true, 1, 0.0, false, false, true);
    return torch::linear(lastHidden[0], parameters[4], parameters[5]);
}

/// Negative logarithm of Breslow's partial likelihood, by event.
Tensor coxLoss(const Tensor& hazards, const Tensor& times, const Tensor& events)
{
    const Tensor seen = events.sum();
    if (seen.item<float>() == 0) return hazards.sum() * 0;
    // Row i, column j: whether record j is still at risk when record i ends. Quadratic, for batches.
    const Tensor isAtRisk = times.unsqueeze(0) >= times.unsqueeze(1);
    const Tensor never = torch::full({}, -std::numeric_limits<float>::infinity());
    const Tensor atRisk = torch::logsumexp(torch::where(isAtRisk, hazards.unsqueeze(0), never), 1);
    return -((hazards - atRisk) * events).sum() / seen;
}

/// Views of `values`, one after another in the parameters' shapes.
Parameters viewsOf(std::vector<float>& values, const Parameters& parameters)
{
    Parameters views;
    float* next = values.data();
    for (const Tensor& parameter : parameters) {
        views.push_back(torch::from_blob(next, parameter.sizes(), torch::kFloat32));
        next += parameter.numel();
    }
    return views;
}

template <typename Value>
Tensor floatsOf(const std::vector<Value>& values)
{
    Tensor tensor = torch::empty({width(values.size())}, torch::kFloat32);
    std::transform(values.begin(), values.end(), tensor.data_ptr<float>(), [](Value value) { return static_cast<float>(value); });
    return tensor;
}

}  // namespace

void useOneTorchThread()
{
    static std::once_flag once;
    std::call_once(once, [] { at::set_num_threads(1); });
}

TorchNetwork makeNetwork(const study::ModelSpec& spec, const ModelWeights& weights)
{
    TorchNetwork network;
    const float* next = weights.values.data();
    for (const TensorSpec& tensor : weights.tensors) {
        Tensor parameter = torch::empty(std::vector<std::int64_t>(tensor.shape.begin(), tensor.shape.end()), torch::kFloat32);
        std::copy_n(next, tensor.elements(), parameter.data_ptr<float>());
        next += tensor.elements();
        network.parameters.push_back(std::move(parameter));
    }
    const bool isSequence = spec.kind == study::ModelKind::Lstm;
    network.forward = [parameters = network.parameters, isSequence](const Tensor& batch) {
        return isSequence ? lstm(parameters, batch) : perceptron(parameters, batch);
    };
    return network;
}

Tensor featuresOf(const study::ModelSpec& spec, const schema::RecordSet& records)
{
    const Tensor tensor = floatsOf(records.features);
    const std::int64_t rows = width(records.records());
    if (spec.sequenceLength == 0) return tensor.view({rows, width(spec.inputs)});
    return tensor.view({rows, width(spec.sequenceLength), width(spec.inputs)});
}

TorchModel::TorchModel(const study::ModelSpec& spec, TorchNetwork network, const schema::RecordSet& records)
    : m_network(std::move(network)), m_target(records.targetKind), m_features(featuresOf(spec, records)), m_targets(floatsOf(records.targets)),
      m_events(floatsOf(records.events))
{
    if (m_target == schema::TargetKind::Class) m_targets = m_targets.to(torch::kInt64);
    for (const Tensor& parameter : m_network.parameters) m_weights.resize(m_weights.size() + static_cast<std::size_t>(parameter.numel()));
    m_gradient.resize(m_weights.size());
    const Parameters weights = viewsOf(m_weights, m_network.parameters);
    const Parameters gradients = viewsOf(m_gradient, m_network.parameters);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        Tensor& parameter = m_network.parameters[i];
        const torch::NoGradGuard noGradient;
        weights[i].copy_(parameter);
        // Whoever shares the parameter (a forward function, a module) now computes with the model's own array.
        parameter.set_data(weights[i]);
        parameter.requires_grad_(true);
        parameter.mutable_grad() = gradients[i];
    }
}

Tensor TorchModel::lossOf(const Tensor& rows) const
{
    const Tensor outputs = m_network.forward(m_features.index_select(0, rows));
    const Tensor targets = m_targets.index_select(0, rows);
    switch (m_target) {
    case schema::TargetKind::Binary: return torch::binary_cross_entropy_with_logits(outputs.squeeze(1), targets);
    case schema::TargetKind::Decimal: return torch::mse_loss(outputs.squeeze(1), targets);
    case schema::TargetKind::Class: return torch::nn::functional::cross_entropy(outputs, targets);
    case schema::TargetKind::TimeToEvent: return coxLoss(outputs.squeeze(1), targets, m_events.index_select(0, rows));
    }
    return {};
}

std::span<float> TorchModel::meanGradient(std::span<const std::int64_t> rows)
{
    std::fill(m_gradient.begin(), m_gradient.end(), 0.0F);
    // from_blob only looks; index_select has copied before the caller draws the next batch.
    lossOf(torch::from_blob(const_cast<std::int64_t*>(rows.data()), {width(rows.size())}, torch::kInt64)).backward();
    return m_gradient;
}

std::span<float> TorchModel::clippedSum(std::span<const std::int64_t> rows, double clipNorm)
{
    m_sum.assign(m_gradient.size(), 0.0F);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto gradient = meanGradient(rows.subspan(i, 1));
        double squares = 0;
        for (const float value : gradient) squares += static_cast<double>(value) * static_cast<double>(value);
        const double norm = std::sqrt(squares);
        const auto scale = static_cast<float>(norm > clipNorm ? clipNorm / norm : 1);
        for (std::size_t k = 0; k < gradient.size(); ++k) m_sum[k] += scale * gradient[k];
    }
    return m_sum;
}

}  // namespace quorate::learning
