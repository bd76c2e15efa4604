// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/mechanism.h"

namespace quorate::privacy {

/// P(Z > x) for a standard normal Z, without loss of digits in the upper tail.
double normalTail(double x);
/// P(a < Z <= b), a <= b, without cancellation where both lie in one tail.
double normalBetween(double a, double b);

/// The exact delta at `epsilon` of the Gaussian mechanism with sensitivity / standard deviation = `mu` (Balle and Wang 2018,
/// Theorem 8). `mu` above 0.
double gaussianDelta(double mu, double epsilon);

/// The exact epsilon of `steps` steps without sampling (q = 1), which compose to one with mu = sqrt(steps) / sigma. Malformed
/// as check() and checkDelta() say.
Result<double> gaussianEpsilon(double noiseMultiplier, std::uint64_t steps, double delta);

}  // namespace quorate::privacy
