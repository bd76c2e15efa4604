// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "core/base/result.h"
#include "core/study/metrics.h"

namespace quorate::learning {

/// Loss, accuracy (positive when the probability is above 0.5), AUC by ranks with half a point for a tie, and Brier score
/// of probabilities against outcomes of 0 or 1. A probability of exactly 0 or 1 costs at most 100 nats. Malformed when
/// there is no record, the counts differ, or a value is none of these.
Result<study::Evaluation> evaluate(std::span<const double> probabilities, std::span<const std::uint8_t> targets);

}  // namespace quorate::learning
