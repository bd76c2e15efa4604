// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/rules/held_updates.h"

namespace quorate::learning {

/// Which updates Krum (Blanchard et al. 2017) trusts: the `selected` whose summed squared distances to their n - f - 2 closest
/// neighbours are smallest, f being `hostile`; of equal ones the earlier site name. Indices, ascending. Holds while at most f
/// sites are hostile and n >= 2 f + 3. One: Krum, whose model is that very update; more: Multi-Krum, which takes their mean,
/// every site with the same weight. Cost grows with the square of the number of sites. Malformed for other numbers.
Result<std::vector<std::size_t>> krumSelection(const HeldUpdates& updates, std::size_t hostile, std::size_t selected);

}  // namespace quorate::learning
