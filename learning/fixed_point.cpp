// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/fixed_point.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "learning/vectorised.h"

namespace quorate::learning {

Result<FixedPointGrid> FixedPointGrid::make(double largestValue, std::uint64_t largestTotalWeight)
{
    if (!(largestValue > 0) || largestValue > kLargestValue) {
        return fail(ErrorKind::Malformed, "largest value is not above 0 and at most 1048576");
    }
    if (largestTotalWeight == 0 || largestTotalWeight > kLargestTotalWeight) {
        return fail(ErrorKind::Malformed, "largest total weight is " + std::to_string(largestTotalWeight) + ", want 1 to " +
                                              std::to_string(kLargestTotalWeight));
    }
    const int valueBits = static_cast<int>(std::ceil(std::log2(largestValue)));
    const int weightBits = std::bit_width(largestTotalWeight);
    // At most 2^62 / 2^-1022, still a finite double: a tiny largest value must not make the scale infinite.
    return FixedPointGrid{std::ldexp(1.0, std::min(62 - valueBits - weightBits, 900)), largestValue};
}

// The choice before the conversion keeps an infinite value out of it, which would be undefined, and is a mask rather than a branch.
QUORATE_WIDE_VECTORS bool accumulate(std::int64_t* totals, std::span<const float> values, double multiplier, double largestValue)
{
    std::uint64_t bad = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double value = static_cast<double>(values[i]);
        const bool isGood = std::abs(value) <= largestValue;
        bad |= isGood ? 0U : 1U;
        totals[i] += static_cast<std::int64_t>((isGood ? value : 0.0) * multiplier);
    }
    return bad == 0;
}

QUORATE_WIDE_VECTORS bool accumulateChange(std::int64_t* totals, std::span<const float> values, const float* base,
                                           double multiplier, double largestValue)
{
    std::uint64_t bad = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double change = static_cast<double>(values[i]) - static_cast<double>(base[i]);
        const bool isGood = std::abs(change) <= largestValue;
        bad |= isGood ? 0U : 1U;
        totals[i] += static_cast<std::int64_t>((isGood ? change : 0.0) * multiplier);
    }
    return bad == 0;
}

QUORATE_WIDE_VECTORS void divide(const std::int64_t* totals, double divisor, std::span<float> out)
{
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(static_cast<double>(totals[i]) / divisor);
}

std::size_t firstBeyond(std::span<const float> values, double largestValue)
{
    const auto found = std::find_if_not(values.begin(), values.end(),
                                        [&](float value) { return std::abs(static_cast<double>(value)) <= largestValue; });
    return static_cast<std::size_t>(found - values.begin());
}

}  // namespace quorate::learning
