// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace quorate::study {

/// A 95 % confidence interval of a share.
struct Interval {
    double low = 0;
    double high = 1;
    bool operator==(const Interval&) const = default;
};

/// Wilson's score interval (1927) of `successes` among `trials`; all of it without a trial.
Interval wilson95(double successes, double trials);

}  // namespace quorate::study
