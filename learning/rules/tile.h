// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

namespace quorate::learning {

/// Values of each update in a tile: rows of 71 sites, one after another, fit in the first-level cache. Tiles are
/// AlignedVectors, so that each row begins at a cache line.
inline constexpr std::size_t kTileWidth = 128;

/// Copies the values [offset, offset + width) of each row to `tile`, kTileWidth apart and filled up with zeros; -0 becomes +0,
/// so that equal values have equal bits. False when a value is not finite or above `largestValue` in size.
bool loadTile(std::span<const float* const> rows, std::size_t offset, std::size_t width, double largestValue, float* tile);

}  // namespace quorate::learning
