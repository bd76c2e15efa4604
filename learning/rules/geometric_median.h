// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/rules/held_updates.h"

namespace quorate::learning {

/// The point whose summed distance to the updates is smallest, by the smoothed Weiszfeld algorithm (Pillutla et al. 2022, RFA):
/// from the mean on, each of `iterations` steps takes the mean of the updates weighted by 1 / max(smoothing, distance). Holds
/// while fewer than half of the sites are hostile. Reads all updates once per iteration and once more. Every site counts the
/// same. `smoothing` above 0.
Result<void> geometricMedian(const HeldUpdates& updates, double smoothing, std::uint32_t iterations, const ModelSink& sink);

}  // namespace quorate::learning
