// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/study/training_plan.h"

namespace quorate::study {

/// The plans that have a name: "fedavg", "fedprox", "scaffold", "fedadam", "fedyogi" and "fedadagrad" with the hyper-parameters
/// that FLamby (Ogier du Terrail et al., NeurIPS 2022) published for its heart-disease benchmark, and the robust rules with
/// FedAvg's local training, against one hostile site. Malformed, with the names there are, for another.
Result<TrainingPlan> planNamed(const std::string& name, std::uint64_t seed);

}  // namespace quorate::study
