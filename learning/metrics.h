// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/base/result.h"
#include "core/schema/dataset.h"
#include "core/study/metrics.h"

namespace quorate::learning {

/// Figures of predictions (network.h's predict) against the records' targets, as their kind has them. Binary: loss, accuracy
/// (positive when the probability is above 0.5), AUC by ranks with half a point for a tie, Brier score. Class: loss, accuracy
/// of the most probable class (the first of equals). Decimal: loss (mean squared error) and its root. TimeToEvent: loss and
/// Harrell's C-index, half a point for equal hazards. A probability of exactly 0 or 1 costs at most 100 nats. Malformed when
/// there is no record, the counts differ, or a value is none of these.
Result<study::Evaluation> evaluate(std::span<const double> predictions, const schema::RecordSet& records, std::size_t outputs = 1);

/// Mann-Whitney: the share of pairs (positive, negative) in which the positive has the higher value; half for a tie. Absent
/// when one class is. `targets` are 0 or 1.
std::optional<double> areaUnderCurve(std::span<const double> values, std::span<const double> targets);

/// Harrell's C-index: of the pairs in which the one with the shorter time had its event, the share in which it has the higher
/// hazard. Absent when there is no such pair.
std::optional<double> concordance(std::span<const double> hazards, std::span<const double> times, std::span<const std::uint8_t> events);

}  // namespace quorate::learning
