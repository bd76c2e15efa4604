// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/mechanism.h"

#include <cmath>
#include <cstdio>
#include <string>

namespace quorate::privacy {
namespace {

std::string shown(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

}  // namespace

Result<void> check(const SampledGaussian& mechanism)
{
    const double rate = mechanism.samplingRate;
    if (!(rate >= 0 && rate <= 1)) return fail(ErrorKind::Malformed, "sampling rate is " + shown(rate) + ", want 0 to 1");
    const double noise = mechanism.noiseMultiplier;
    if (!(noise >= kLeastNoiseMultiplier && noise <= kMostNoiseMultiplier)) {
        return fail(ErrorKind::Malformed, "noise multiplier is " + shown(noise) + ", want " + shown(kLeastNoiseMultiplier) +
                                              " to " + shown(kMostNoiseMultiplier));
    }
    if (mechanism.steps > kMostSteps) {
        return fail(ErrorKind::Malformed,
                    "steps are " + std::to_string(mechanism.steps) + ", want at most " + std::to_string(kMostSteps));
    }
    return {};
}

Result<void> checkAll(std::span<const SampledGaussian> mechanisms)
{
    for (const SampledGaussian& mechanism : mechanisms) TRY(check(mechanism));
    return {};
}

Result<void> checkDelta(double delta)
{
    if (!(delta > 0 && delta < 1)) return fail(ErrorKind::Malformed, "delta is " + shown(delta) + ", want above 0 and below 1");
    return {};
}

Result<void> checkEpsilon(double epsilon)
{
    if (!(epsilon > 0) || !std::isfinite(epsilon)) {
        return fail(ErrorKind::Malformed, "epsilon is " + shown(epsilon) + ", want a number above 0");
    }
    return {};
}

}  // namespace quorate::privacy
