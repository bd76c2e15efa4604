// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/mechanism.h"

namespace quorate::privacy {

/// The least noise multiplier, to six digits and rounded up, with which `steps` steps at `samplingRate` stay within
/// `epsilon` at `delta` by the Renyi accountant. Malformed for parameters out of bounds, and where even
/// kMostNoiseMultiplier does not suffice.
Result<double> noiseForEpsilon(double samplingRate, std::uint64_t steps, double delta, double epsilon);

/// The noise on a mean against the longest mean of changes that clipping allows: z sqrt(values) / (q sites). Far below 1 a
/// model hardly notices; far above 1 what it learns in a round is mostly noise.
double noiseToSignal(double noiseMultiplier, double samplingRate, std::uint64_t members, std::uint64_t values);

/// What a plan comes to before a run.
struct PlannedEpsilon {
    double renyi = 0;  ///< What the ledger counts and the budget is compared with.
    double tight = 0;  ///< The better bound (tight.h); never above renyi.
    bool operator==(const PlannedEpsilon&) const = default;
};
Result<PlannedEpsilon> plannedEpsilon(const SampledGaussian& mechanism, double delta);

}  // namespace quorate::privacy
