// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quorate::learning {

namespace {

constexpr std::uint32_t kMaxInputs = 1U << 20;

std::string textOf(const std::vector<std::uint64_t>& shape)
{
    std::string text = "[";
    for (const std::uint64_t dimension : shape) {
        text += (text.size() > 1 ? "," : "") + std::to_string(dimension);
    }
    return text + "]";
}

}  // namespace

std::uint64_t TensorSpec::elements() const
{
    return std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>());
}

std::uint64_t elementsOf(const ModelManifest& manifest)
{
    std::uint64_t total = 0;
    for (const TensorSpec& tensor : manifest) total += tensor.elements();
    return total;
}

Result<ModelManifest> manifestOf(const study::ModelSpec& spec)
{
    if (spec.inputs == 0 || spec.inputs > kMaxInputs) {
        return fail(ErrorKind::Malformed,
                    "model has " + std::to_string(spec.inputs) + " inputs, want 1 to " + std::to_string(kMaxInputs));
    }
    if (spec.kind == study::ModelKind::LogisticRegression) {
        return ModelManifest{{"linear.weight", {1, spec.inputs}}, {"linear.bias", {1}}};
    }
    return fail(ErrorKind::PolicyRefused, std::string("model is of kind ") + study::nameOf(spec.kind) + ", want logistic-regression");
}

Result<void> checkAgainst(const ModelManifest& manifest, const ModelWeights& weights)
{
    if (weights.tensors.size() != manifest.size()) {
        return fail(ErrorKind::Malformed, "has " + std::to_string(weights.tensors.size()) + " tensors, want " +
                                              std::to_string(manifest.size()));
    }
    for (std::size_t i = 0; i < manifest.size(); ++i) {
        if (weights.tensors[i].name != manifest[i].name) {
            return fail(ErrorKind::Malformed, "tensor " + std::to_string(i) + " is not " + manifest[i].name);
        }
        if (weights.tensors[i].shape != manifest[i].shape) {
            return fail(ErrorKind::Malformed, "tensor " + manifest[i].name + " has shape " +
                                                  textOf(weights.tensors[i].shape) + ", want " + textOf(manifest[i].shape));
        }
    }
    const std::uint64_t wanted = elementsOf(manifest);
    if (weights.values.size() != wanted) {
        return fail(ErrorKind::Malformed,
                    "has " + std::to_string(weights.values.size()) + " values, want " + std::to_string(wanted));
    }
    const auto found = std::find_if_not(weights.values.begin(), weights.values.end(), [](float v) { return std::isfinite(v); });
    if (found != weights.values.end()) {
        const auto index = static_cast<std::size_t>(found - weights.values.begin());
        return fail(ErrorKind::Malformed, placeOf(manifest, index) + " is not a finite number");
    }
    return {};
}

std::string placeOf(const ModelManifest& manifest, std::size_t value)
{
    for (const TensorSpec& tensor : manifest) {
        if (value < tensor.elements()) return tensor.name + "[" + std::to_string(value) + "]";
        value -= tensor.elements();
    }
    return "value after the last tensor";
}

double distance(const ModelWeights& a, const ModelWeights& b)
{
    double squares = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        const double difference = static_cast<double>(a.values[i]) - static_cast<double>(b.values[i]);
        squares += difference * difference;
    }
    return std::sqrt(squares);
}

}  // namespace quorate::learning
