// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/rules/scaffold.h"

namespace quorate::learning {

ModelManifest withControls(const ModelManifest& model)
{
    ModelManifest all = model;
    for (const TensorSpec& tensor : model) all.push_back({"control/" + tensor.name, tensor.shape});
    return all;
}

SentModel takeApart(const ModelManifest& model, ModelWeights sent)
{
    SentModel out{std::move(sent), {}};
    const auto end = out.model.values.begin() + static_cast<std::ptrdiff_t>(elementsOf(model));
    if (end != out.model.values.end()) out.control = ModelWeights{model, {end, out.model.values.end()}};
    out.model.values.erase(end, out.model.values.end());
    out.model.tensors = model;
    return out;
}

ModelWeights withControlChange(const ModelWeights& trained, const ModelWeights& before, const ModelWeights& after)
{
    ModelWeights upload{withControls(trained.tensors), trained.values};
    for (std::size_t i = 0; i < after.values.size(); ++i) upload.values.push_back(after.values[i] - before.values[i]);
    return upload;
}

void scaffoldModelStep(double rate, std::span<const float> base, std::span<float> next)
{
    for (std::size_t i = 0; i < next.size(); ++i) {
        const double mean = static_cast<double>(next[i]);
        next[i] = static_cast<float>(mean + (1 - rate) * (static_cast<double>(base[i]) - mean));
    }
}

void scaffoldControlStep(double share, std::span<const float> meanChange, std::span<float> control)
{
    for (std::size_t i = 0; i < control.size(); ++i) {
        control[i] = static_cast<float>(static_cast<double>(control[i]) + share * static_cast<double>(meanChange[i]));
    }
}

}  // namespace quorate::learning
