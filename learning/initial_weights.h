// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/model.h"

namespace quorate::learning {

/// Initial weights of a built-in model, the very bits that LibTorch's layers have after torch::manual_seed(seed) when they
/// are made one after another, drawn without it: the aggregation service begins every study and links no LibTorch.
Result<ModelWeights> initialWeights(const study::ModelSpec& spec, std::uint64_t seed);

}  // namespace quorate::learning
