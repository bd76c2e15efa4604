// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "learning/model.h"

namespace quorate::learning {

/// What the aggregation service needs of a study's model: which tensors it has and where they begin. No LibTorch is wanted
/// for it. May be used by several threads.
class ModelStart {
public:
    virtual ~ModelStart() = default;

    [[nodiscard]] virtual const ModelManifest& manifest() const = 0;
    /// Drawn from the seed, or what a file brings. The same each time.
    [[nodiscard]] virtual Result<ModelWeights> initialWeights(std::uint64_t seed) const = 0;

protected:
    ModelStart() = default;
    ModelStart(const ModelStart&) = default;
    ModelStart(ModelStart&&) = default;
    ModelStart& operator=(const ModelStart&) = default;
    ModelStart& operator=(ModelStart&&) = default;
};

/// Fails as manifestOf(): for a TorchScript model, whose tensors are in its file, too.
Result<std::unique_ptr<ModelStart>> builtInStart(const study::ModelSpec& spec);

}  // namespace quorate::learning
