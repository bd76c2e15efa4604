// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "core/base/result.h"

namespace quorate::privacy {

/// Steps of one kind: each takes every member (a site, a record) independently with probability `samplingRate` and adds
/// Gaussian noise of `noiseMultiplier` times what one member can change. Neighbours differ in one member more or less.
struct SampledGaussian {
    double samplingRate = 1;     ///< q, in [0, 1]; 1 takes all.
    double noiseMultiplier = 1;  ///< sigma, noise standard deviation / sensitivity.
    std::uint64_t steps = 1;     ///< T.
    bool operator==(const SampledGaussian&) const = default;
};

inline constexpr double kLeastNoiseMultiplier = 0.05;   ///< Below it epsilon is in the hundreds for a single step.
inline constexpr double kMostNoiseMultiplier = 1e6;
inline constexpr std::uint64_t kMostSteps = 100'000'000;

/// Malformed unless rate, noise and steps are numbers within these bounds; says which is not.
Result<void> check(const SampledGaussian& mechanism);
Result<void> checkAll(std::span<const SampledGaussian> mechanisms);
/// Malformed unless 0 < delta < 1.
Result<void> checkDelta(double delta);
/// Malformed unless epsilon is finite and above 0.
Result<void> checkEpsilon(double epsilon);

}  // namespace quorate::privacy
