// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/study/training_plan.h"

namespace quorate::payload::v1 {
class ModelSpec;
class TrainingPlan;
}  // namespace quorate::payload::v1

namespace quorate::study {

void write(payload::v1::ModelSpec& out, const ModelSpec& model);
void write(payload::v1::TrainingPlan& out, const TrainingPlan& plan);
/// Malformed when an enumerator or the script's digest is out of its range; whether the values can be run, violations() says.
Result<ModelSpec> read(const payload::v1::ModelSpec& in);
Result<TrainingPlan> read(const payload::v1::TrainingPlan& in);

}  // namespace quorate::study
