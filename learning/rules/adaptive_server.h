// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/study/training_plan.h"

namespace quorate::learning {

/// FedAdam, FedYogi and FedAdagrad (Reddi et al. 2021, algorithm 2), with d = mean - base, from m = v = 0:
///   m = beta1 m + (1 - beta1) d
///   v = beta2 v + (1 - beta2) d^2 | v - (1 - beta2) d^2 sign(v - d^2) | v + d^2
///   model = base + rate m / (sqrt(v) + tau)
/// No bias correction. FedAdagrad takes the plan's beta1 too: 0 is plain Adagrad, 0.9 is what FLamby published with. `next`
/// holds the mean and takes the model. FedAdam and FedYogi make the same first step.
void adaptiveStep(const study::AggregationPlan& plan, std::span<const float> base, std::span<float> momentum,
                  std::span<float> secondMoment, std::span<float> next);

}  // namespace quorate::learning
