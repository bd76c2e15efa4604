// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/schema/dataset.h"
#include "core/study/metrics.h"
#include "learning/model.h"

namespace quorate::learning {

/// What the model says of each record, records x outputs: the probability of a positive outcome, a number, the classes'
/// probabilities, or a log hazard ratio. The records must be standardised as for training.
Result<std::vector<double>> predict(const study::ModelSpec& spec, const ModelWeights& weights,
                                    const schema::RecordSet& records);

/// predict(), then metrics.h's evaluate().
Result<study::Evaluation> evaluateOn(const study::ModelSpec& spec, const ModelWeights& weights,
                                     const schema::RecordSet& records);

}  // namespace quorate::learning
