// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/rules/server_momentum.h"

#include <cstddef>

#include "learning/vectorised.h"

namespace quorate::learning {

QUORATE_WIDE_VECTORS void momentumStep(double rate, double momentum, std::span<const float> base, std::span<float> velocity,
                                       std::span<float> next)
{
    for (std::size_t i = 0; i < next.size(); ++i) {
        const double mean = static_cast<double>(next[i]);
        const double back = static_cast<double>(base[i]) - mean;
        const double kept = momentum * static_cast<double>(velocity[i]);
        velocity[i] = static_cast<float>(kept + back);
        // base - rate (kept + back), written from the mean so that nothing is rounded away where it is the answer.
        next[i] = static_cast<float>(mean + (1 - rate) * back - rate * kept);
    }
}

}  // namespace quorate::learning
