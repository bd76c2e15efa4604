// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "core/base/result.h"
#include "core/schema/data_dictionary.h"
#include "core/study/training_plan.h"

namespace quorate::study {

/// PolicyRefused unless the model predicts such a target: a probability or a number from one output, a class from as many
/// outputs as there are `classes`, a log hazard ratio for a time to an event.
Result<void> checkTarget(const ModelSpec& model, schema::TargetKind target, std::size_t classes);

}  // namespace quorate::study
