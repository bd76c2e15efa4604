// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "core/base/result.h"

namespace quorate::learning {

/// A model's value, or a change of one, is at most this in size; a larger one is refused.
inline constexpr double kLargestValue = 1 << 20;
/// Training records of all sites of a study.
inline constexpr std::uint64_t kLargestTotalWeight = std::uint64_t{1} << 40;

/// The grid on which weighted values are added up as whole numbers: addition of integers has no order and can be undone.
///
/// A value x of weight w counts as x w scale, rounded towards zero. `scale` is the power of two that makes
/// largestValue x largestTotalWeight x scale at most 2^62, so that no sum over updates whose weights add up to at most
/// largestTotalWeight can leave an int64, in whatever order and with whatever is taken out again. Rounding towards zero
/// makes the grid symmetrical, and what was clipped to a norm stays within it.
struct FixedPointGrid {
    double scale = 0;         ///< Units of the grid per value and weight.
    double largestValue = 0;

    /// Malformed unless both are above 0, `largestValue` at most kLargestValue and the weight at most kLargestTotalWeight.
    static Result<FixedPointGrid> make(double largestValue, std::uint64_t largestTotalWeight);
};

/// totals[i] += values[i] on the grid, with the weight in `multiplier` = weight x scale; negative: the exact opposite. A value
/// that is not finite or above `largestValue` counts as 0 and makes the answer false.
bool accumulate(std::int64_t* totals, std::span<const float> values, double multiplier, double largestValue);
/// The same of (values[i] - base[i]).
bool accumulateChange(std::int64_t* totals, std::span<const float> values, const float* base, double multiplier,
                      double largestValue);
/// out[i] = totals[i] / divisor.
void divide(const std::int64_t* totals, double divisor, std::span<float> out);

/// Index of the first value that is not finite or above `largestValue` in size; values.size() when there is none.
std::size_t firstBeyond(std::span<const float> values, double largestValue);

}  // namespace quorate::learning
