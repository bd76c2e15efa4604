// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/initial_weights.h"

#include <cmath>
#include <random>
#include <span>

namespace quorate::learning {
namespace {

/// LibTorch's generator on a CPU (MT19937 under the seed's low 32 bits) and its uniform distribution of float32: 24 bits of
/// each draw, scaled in float64.
class UniformDraws {
public:
    explicit UniformDraws(std::uint64_t seed) : m_generator(static_cast<std::mt19937::result_type>(seed & 0xFFFFFFFF)) {}

    void fill(std::span<float> out, double bound)
    {
        const auto from = static_cast<float>(-bound);
        const float width = static_cast<float>(bound) - from;
        for (float& value : out) {
            const double draw = static_cast<double>(m_generator() & 0xFFFFFF) * 0x1p-24;
            value = static_cast<float>(draw * width + from);
        }
    }

private:
    std::mt19937 m_generator;
};

/// He's bound for leaky rectifiers of slope sqrt(5): what torch::nn::Linear gives its weight.
double weightBound(std::uint64_t inputs)
{
    const double gain = std::sqrt(2.0 / (1 + std::pow(std::sqrt(5.0), 2)));
    return std::sqrt(3.0) * (gain / std::sqrt(static_cast<double>(inputs)));
}

double oneOverRootOf(std::uint64_t count) { return 1 / std::sqrt(static_cast<double>(count)); }

}  // namespace

Result<ModelWeights> initialWeights(const study::ModelSpec& spec, std::uint64_t seed)
{
    TRY_ASSIGN(manifest, manifestOf(spec));
    ModelWeights out{std::move(manifest), {}};
    out.values.resize(elementsOf(out.tensors));
    UniformDraws draws(seed);
    std::span<float> rest(out.values);
    std::uint64_t inputs = 0;
    for (const TensorSpec& tensor : out.tensors) {
        const auto values = rest.first(tensor.elements());
        rest = rest.subspan(values.size());
        if (tensor.name.starts_with("lstm.")) {
            draws.fill(values, oneOverRootOf(spec.hiddenUnits));
        } else if (tensor.shape.size() == 2) {
            inputs = tensor.shape[1];
            draws.fill(values, weightBound(inputs));
        } else {
            // A bias follows its weight.
            draws.fill(values, oneOverRootOf(inputs));
        }
    }
    return out;
}

}  // namespace quorate::learning
