// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/privacy/mechanism.h"

namespace quorate::privacy {

/// The distribution of the privacy loss ln(P/Q) under P, on a grid: mass[i] lies at (first + i) * spacing.
struct LossDistribution {
    double spacing = 0;
    std::int64_t first = 0;
    std::vector<double> mass;
    double atInfinity = 0;  ///< Mass whose loss is beyond the grid.

    [[nodiscard]] double lossAt(std::size_t index) const { return static_cast<double>(first + static_cast<std::int64_t>(index)) * spacing; }
    /// ln of the mean of e^(tilt * loss), without atInfinity.
    [[nodiscard]] double logMoment(double tilt) const;
};

/// Both directions of one step: a member taken away (P = the mixture) and a member added (P = the plain Gaussian).
struct LossPair {
    LossDistribution removal;
    LossDistribution addition;
};

/// One step of the sampled Gaussian on a grid, so that its hockey-stick divergence is nowhere below the true one: equal at
/// grid points and a chord between them (Doroshenko et al. 2022, "connect the dots"). Domination survives composition.
/// 0 < samplingRate <= 1; `tailMass` is what may be moved to infinity or to the grid's end on either side. `spacing` grows
/// by doubling until the grid has at most 2^20 points.
LossPair discretise(double samplingRate, double noiseMultiplier, double spacing, double tailMass);

}  // namespace quorate::privacy
