// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.h"

namespace quorate::privacy {

/// Each of `members` sites or records independently with probability `samplingRate`: true where it is taken (Poisson sampling).
/// Malformed for a rate outside [0, 1].
Result<std::vector<bool>> sampleMembers(std::size_t members, double samplingRate, const RandomSource& random);

/// The expected sum of weights q W, by which a noised total is divided whoever took part; each site weighs 1.
double fixedDenominator(std::size_t sites, double samplingRate);

/// The noise's standard deviation in units of the grid, rounded up: z times the most that one site can change the grid's total.
/// A grid that rounds towards zero lengthens no change, so that is `clipNorm` x `scale` (units per value), and one part
/// in 2^30 for the rounding of the norm, the clipping factor and this product. Malformed unless it is 1 to kMostGridDeviation.
Result<std::uint64_t> noiseOnGrid(double noiseMultiplier, double clipNorm, double scale);

/// Adaptive clipping (Andrew et al. 2021): the norm that a wanted share of the sites stays under is followed with noise of
/// its own.
struct AdaptiveClipping {
    double targetQuantile = 0.5;  ///< gamma
    double learningRate = 0.2;    ///< eta
    double countDeviation = 0;    ///< sigma_b, of the noise on the count, in sites.
};

/// z_delta: what the updates' noise multiplier must be so that updates and count together have `noiseMultiplier`.
/// Malformed unless noiseMultiplier < 2 sigma_b.
Result<double> noiseBesideCount(double noiseMultiplier, double countDeviation);

/// The next round's clip norm from `below`, how many of the `taken` sites had a norm of at most `clipNorm`. The count is noised
/// here, with the discrete Gaussian on a grid of 2^-20 sites. `denominator` is fixedDenominator(). Malformed for parameters
/// that are no numbers in their ranges.
Result<double> nextClipNorm(double clipNorm, std::uint64_t below, std::uint64_t taken, double denominator,
                            const AdaptiveClipping& clipping, const RandomSource& random);

}  // namespace quorate::privacy
