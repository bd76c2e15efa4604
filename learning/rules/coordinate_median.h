// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/rules/held_updates.h"

namespace quorate::learning {

/// Each value's median over the sites (Yin et al. 2018); of an even number of sites the mean of the two in the middle. Holds
/// while fewer than half of the sites are hostile. No parameters.
Result<void> coordinateMedian(const HeldUpdates& updates, const ModelSink& sink);

}  // namespace quorate::learning
