// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/study/protocol.h"

namespace quorate::learning {

/// One named float32 tensor's place in a model.
struct TensorSpec {
    std::string name;
    std::vector<std::uint64_t> shape;

    /// Product of the shape; 1 for a scalar.
    [[nodiscard]] std::uint64_t elements() const;
    bool operator==(const TensorSpec&) const = default;
};

/// What a model consists of, in the order in which its values lie one after another.
using ModelManifest = std::vector<TensorSpec>;
std::uint64_t elementsOf(const ModelManifest& manifest);

struct ModelWeights {
    ModelManifest tensors;
    std::vector<float> values;  ///< elementsOf(tensors) of them, row-major, tensor after tensor.
    bool operator==(const ModelWeights&) const = default;
};

/// The tensors of a built-in model: "linear.weight", "hidden1.bias", "lstm.weight_ih", "output.weight".
Result<ModelManifest> manifestOf(const study::ModelSpec& spec);

/// Malformed unless names, shapes and number of values are those of the manifest and every value is finite; names the
/// tensor and the index.
Result<void> checkAgainst(const ModelManifest& manifest, const ModelWeights& weights);

/// "linear.weight[7]": the place of the n-th value.
std::string placeOf(const ModelManifest& manifest, std::size_t value);

/// L2 norm of (a - b) over all values; both of one manifest.
double distance(const ModelWeights& a, const ModelWeights& b);

/// SHA-256 of encodeSafetensors(weights): what `sha256sum` says of the written file.
Result<Digest32> digestOf(const ModelWeights& weights);

}  // namespace quorate::learning
