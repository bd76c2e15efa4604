// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "core/base/random.h"

namespace quorate::privacy {

inline constexpr std::uint64_t kMostGridDeviation = std::uint64_t{1} << 54;

/// Adds to each of `totals` an independent draw of the discrete Gaussian on the integers, P(x) proportional to
/// exp(-x^2 / (2 sigma^2)) (Canonne, Kamath, Steinke 2020, Algorithms 1 to 3): exact, with integers only, so that no
/// floating-point value says anything about what it was added to. `sigma` is in steps of the grid.
/// Malformed unless 1 <= sigma <= kMostGridDeviation, or when a total would leave 64 bits; the random source's error when
/// it fails. After an error the totals are of no use and must not be given out.
Result<void> addDiscreteGaussian(std::span<std::int64_t> totals, std::uint64_t sigma, const RandomSource& random);

}  // namespace quorate::privacy
