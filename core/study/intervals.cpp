// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/intervals.h"

#include <algorithm>
#include <cmath>

namespace quorate::study {

Interval wilson95(double successes, double trials)
{
    if (trials <= 0) return {};
    constexpr double z = 1.959963984540054;
    const double p = successes / trials;
    const double centre = p + z * z / (2 * trials);
    const double half = z * std::sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials));
    const double scale = 1 + z * z / trials;
    // At 0 and at all of them rounding would leave a bound just outside.
    return {std::max(0.0, (centre - half) / scale), std::min(1.0, (centre + half) / scale)};
}

}  // namespace quorate::study
