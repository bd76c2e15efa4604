// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/rules/held_updates.h"

namespace quorate::learning {

/// Each value's mean over the sites without its `trimmed` smallest and largest (Yin et al. 2018). Holds while at most `trimmed`
/// sites are hostile. Malformed when that leaves none. With 0 it is the mean that gives every site the same weight.
Result<void> trimmedMean(const HeldUpdates& updates, std::size_t trimmed, const ModelSink& sink);

}  // namespace quorate::learning
