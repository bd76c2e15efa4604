// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/privacy/mechanism.h"

namespace quorate::privacy {

struct TightEpsilon {
    double epsilon = 0;   ///< An upper bound: no true epsilon at this delta is higher.
    double spacing = 0;   ///< Of the grid of losses; 0 when nothing was spent or the Renyi bound is the lower one.
    double slack = 0;     ///< The part of delta that was set aside for cut tails and for rounding of the transform.
};

/// Grid points per standard deviation of one step's loss. More is tighter and slower.
inline constexpr double kPointsPerDeviation = 64;

/// The epsilon of all of `mechanisms` one after another by composing privacy loss distributions with an FFT: an upper bound
/// that is about (1/pointsPerDeviation)^2 / 10 of itself above the true value while the grid fits 2^21 points (a coarser
/// one, and so a higher bound, beyond). Takes milliseconds to a second. Malformed as check() and checkDelta() say.
Result<TightEpsilon> tightEpsilon(std::span<const SampledGaussian> mechanisms, double delta,
                                  double pointsPerDeviation = kPointsPerDeviation);

}  // namespace quorate::privacy
