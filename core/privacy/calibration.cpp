// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/calibration.h"

#include <array>
#include <cmath>

#include "core/privacy/renyi.h"
#include "core/privacy/tight.h"

namespace quorate::privacy {

Result<double> noiseForEpsilon(double samplingRate, std::uint64_t steps, double delta, double epsilon)
{
    TRY(checkEpsilon(epsilon));
    const auto spentWith = [&](double noise) -> Result<double> {
        TRY_ASSIGN(spent, renyiEpsilon(std::array{SampledGaussian{samplingRate, noise, steps}}, delta));
        return spent.epsilon;
    };
    TRY_ASSIGN(atMost, spentWith(kMostNoiseMultiplier));
    if (atMost > epsilon) return fail(ErrorKind::Malformed, "no noise multiplier that is allowed gives this epsilon");
    TRY_ASSIGN(atLeast, spentWith(kLeastNoiseMultiplier));
    if (atLeast <= epsilon) return kLeastNoiseMultiplier;
    double low = kLeastNoiseMultiplier;
    double high = kMostNoiseMultiplier;
    while (high > low * (1 + 1e-6)) {
        const double middle = std::sqrt(low * high);
        TRY_ASSIGN(spent, spentWith(middle));
        (spent > epsilon ? low : high) = middle;
    }
    return high;
}

double noiseToSignal(double noiseMultiplier, double samplingRate, std::uint64_t members, std::uint64_t values)
{
    return noiseMultiplier * std::sqrt(static_cast<double>(values)) / (samplingRate * static_cast<double>(members));
}

Result<PlannedEpsilon> plannedEpsilon(const SampledGaussian& mechanism, double delta)
{
    TRY_ASSIGN(renyi, renyiEpsilon(std::span(&mechanism, 1), delta));
    TRY_ASSIGN(tight, tightEpsilon(std::span(&mechanism, 1), delta));
    return PlannedEpsilon{renyi.epsilon, tight.epsilon};
}

}  // namespace quorate::privacy
