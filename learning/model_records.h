// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/dataset.h"
#include "core/study/training_plan.h"

namespace quorate::learning {

/// Values of a record: one step's inputs times the steps of a sequence.
std::size_t columnsOf(const study::ModelSpec& spec);

/// Whether the model is one linear layer, whose gradient has a closed form.
bool isLinear(study::ModelKind kind);

/// Fails unless there is at least one record, of the model's width and with a target that the model predicts: 0 or 1, a
/// class below `outputs`, a finite number, or a time of 0 or more with its event.
Result<void> checkRecords(const study::ModelSpec& spec, const schema::RecordSet& records);

}  // namespace quorate::learning
