// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/rules/sorting_network.h"

#include <algorithm>
#include <bit>

#include "learning/rules/tile.h"
#include "learning/vectorised.h"

namespace quorate::learning {

namespace {

std::vector<Comparator> batcher(std::size_t rows)
{
    std::vector<Comparator> network;
    if (rows < 2) return network;
    const std::size_t top = std::bit_ceil(rows) / 2;
    for (std::size_t p = top; p > 0; p /= 2) {
        std::size_t q = top;
        std::size_t r = 0;
        for (std::size_t d = p; d > 0; d = q - p, q /= 2, r = p) {
            for (std::size_t i = 0; i + d < rows; ++i) {
                if ((i & p) == r) network.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i + d)});
            }
            if (q == p) break;
        }
    }
    return network;
}

}  // namespace

std::vector<Comparator> sortingNetwork(std::size_t rows, std::size_t firstRank, std::size_t endRank)
{
    std::vector<Comparator> whole = batcher(rows);
    std::vector<char> isNeeded(rows, 0);
    std::fill(isNeeded.begin() + static_cast<std::ptrdiff_t>(firstRank), isNeeded.begin() + static_cast<std::ptrdiff_t>(endRank), 1);
    std::vector<Comparator> kept;
    for (auto comparator = whole.rbegin(); comparator != whole.rend(); ++comparator) {
        comparator->needsLow = isNeeded[comparator->low] != 0;
        comparator->needsHigh = isNeeded[comparator->high] != 0;
        if (!comparator->needsLow && !comparator->needsHigh) continue;
        isNeeded[comparator->low] = isNeeded[comparator->high] = 1;
        kept.push_back(*comparator);
    }
    std::reverse(kept.begin(), kept.end());
    return kept;
}

QUORATE_WIDE_VECTORS void sortTile(const std::vector<Comparator>& network, float* tile)
{
    for (const Comparator& comparator : network) {
        float* __restrict low = tile + comparator.low * kTileWidth;
        float* __restrict high = tile + comparator.high * kTileWidth;
        if (!comparator.needsHigh) {
            for (std::size_t i = 0; i < kTileWidth; ++i) low[i] = low[i] < high[i] ? low[i] : high[i];
        } else if (!comparator.needsLow) {
            for (std::size_t i = 0; i < kTileWidth; ++i) high[i] = low[i] < high[i] ? high[i] : low[i];
        } else {
            for (std::size_t i = 0; i < kTileWidth; ++i) {
                const float a = low[i];
                const float b = high[i];
                // Two comparisons, or the compiler makes one branch of them; equal values have equal bits.
                low[i] = a < b ? a : b;
                high[i] = b < a ? a : b;
            }
        }
    }
}

}  // namespace quorate::learning
