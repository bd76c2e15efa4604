// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/script.h>

#include "core/base/result.h"

namespace quorate::learning {

/// PolicyRefused, naming the operator and the function it stands in, unless every node of every function that came with the
/// module (methods, those of its submodules, free functions, blocks within) is of the list of operators that only compute.
Result<void> checkOperators(const torch::jit::Module& module);

}  // namespace quorate::learning
