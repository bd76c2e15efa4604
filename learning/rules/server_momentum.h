// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace quorate::learning {

/// FedAvgM (Hsu et al. 2019): v = momentum v + (base - mean); model = base - rate v. `next` holds the mean and takes the model.
/// Momentum in [0, 1), rate above 0; with 0 and 1 the model is the mean, to the bit.
void momentumStep(double rate, double momentum, std::span<const float> base, std::span<float> velocity, std::span<float> next);

}  // namespace quorate::learning
