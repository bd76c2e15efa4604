// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/site_level.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/privacy/discrete_gaussian.h"

namespace quorate::privacy {

Result<std::vector<bool>> sampleMembers(std::size_t members, double samplingRate, const RandomSource& random)
{
    if (!(samplingRate >= 0 && samplingRate <= 1)) return fail(ErrorKind::Malformed, "sampling rate is not 0 to 1");
    std::vector<bool> taken(members, samplingRate == 1);
    if (samplingRate == 1) return taken;
    // Exact for rates from 2^-11 on, below to 2^-64: a double's digits against as many of a uniform number's.
    const auto threshold = static_cast<std::uint64_t>(std::ldexp(samplingRate, 64));
    std::vector<std::uint64_t> words(std::min<std::size_t>(members, 2048));
    for (std::size_t first = 0; first < members; first += words.size()) {
        TRY(random({reinterpret_cast<std::uint8_t*>(words.data()), words.size() * sizeof words[0]}));
        for (std::size_t i = 0; i < words.size() && first + i < members; ++i) taken[first + i] = words[i] < threshold;
    }
    return taken;
}

double fixedDenominator(std::size_t sites, double samplingRate)
{
    return samplingRate * static_cast<double>(sites);
}

Result<std::uint64_t> noiseOnGrid(double noiseMultiplier, double clipNorm, double scale)
{
    const double deviation = std::ceil(noiseMultiplier * clipNorm * scale * (1 + 0x1p-30));
    const bool arePositive = noiseMultiplier > 0 && clipNorm > 0 && scale > 0;
    if (!arePositive || !(deviation >= 1 && deviation <= static_cast<double>(kMostGridDeviation))) {
        return fail(ErrorKind::Malformed, "noise on the grid has no deviation of 1 to 2^54 units");
    }
    return static_cast<std::uint64_t>(deviation);
}

Result<double> noiseBesideCount(double noiseMultiplier, double countDeviation)
{
    if (!(noiseMultiplier > 0) || !(2 * countDeviation > noiseMultiplier) || !std::isfinite(countDeviation)) {
        return fail(ErrorKind::Malformed, "noise multiplier is not above 0 and below twice the count's deviation");
    }
    const double ofCount = 1 / (2 * countDeviation);
    return 1 / std::sqrt(1 / (noiseMultiplier * noiseMultiplier) - ofCount * ofCount);
}

Result<double> nextClipNorm(double clipNorm, std::uint64_t below, std::uint64_t taken, double denominator,
                            const AdaptiveClipping& clipping, const RandomSource& random)
{
    constexpr double kSteps = 1 << 20;
    if (!(clipNorm > 0) || !(denominator > 0) || below > taken || taken > (1U << 20)) {
        return fail(ErrorKind::Malformed, "clip norm, denominator or count is out of range");
    }
    if (!(clipping.targetQuantile >= 0 && clipping.targetQuantile <= 1) ||
        !(clipping.learningRate > 0 && clipping.learningRate <= 10)) {
        return fail(ErrorKind::Malformed, "target quantile is not 0 to 1, or clipping rate not above 0 and at most 10");
    }
    const double deviation = std::ceil(clipping.countDeviation * kSteps);
    if (!(deviation >= 1 && deviation <= static_cast<double>(kMostGridDeviation))) {
        return fail(ErrorKind::Malformed, "count's deviation is not above 0 and at most 2^34 sites");
    }
    // A site counts as one half up or down, so that its coming or going changes the sum by one half.
    const std::int64_t halves = 2 * static_cast<std::int64_t>(below) - static_cast<std::int64_t>(taken);
    std::array<std::int64_t, 1> sum{halves * (1 << 19)};
    TRY(addDiscreteGaussian(sum, static_cast<std::uint64_t>(deviation), random));
    const double share = static_cast<double>(sum[0]) / kSteps / denominator + 0.5;
    // No more than tenfold a round, whatever the noise was.
    const double exponent = std::fmin(std::fmax(-clipping.learningRate * (share - clipping.targetQuantile), -2.3), 2.3);
    const double next = clipNorm * std::exp(exponent);
    return std::fmin(std::fmax(next, 1e-6), 1e6);
}

}  // namespace quorate::privacy
