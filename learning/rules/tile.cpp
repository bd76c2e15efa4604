// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/rules/tile.h"

#include <algorithm>
#include <cmath>

#include "learning/vectorised.h"

namespace quorate::learning {

namespace {

constexpr std::size_t kLine = 64 / sizeof(float);

}  // namespace

QUORATE_WIDE_VECTORS bool loadTile(std::span<const float* const> rows, std::size_t offset, std::size_t width,
                                   double largestValue, float* tile)
{
    const float largest = static_cast<float>(largestValue);
    unsigned bad = 0;
    for (const float* row : rows) {
        const float* values = row + offset;
        // So many rows at once are more than the processor foresees by itself.
        for (std::size_t i = 0; i < kTileWidth; i += kLine) QUORATE_PREFETCH(values + 2 * kTileWidth + i);
        for (std::size_t i = 0; i < width; ++i) {
            bad |= std::abs(values[i]) <= largest ? 0U : 1U;
            tile[i] = values[i] + 0.0F;
        }
        std::fill(tile + width, tile + kTileWidth, 0.0F);
        tile += kTileWidth;
    }
    return bad == 0;
}

}  // namespace quorate::learning
