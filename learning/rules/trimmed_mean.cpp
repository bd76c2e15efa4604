// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/rules/trimmed_mean.h"

#include "learning/rules/held_mean.h"
#include "learning/rules/sorting_network.h"
#include "learning/rules/tile.h"
#include "learning/vectorised.h"

namespace quorate::learning {

namespace {

/// out[i] = mean of `rows` rows, added up row after row: from the smallest value to the largest.
QUORATE_WIDE_VECTORS void meanOfRows(const float* tile, std::size_t rows, float* out, std::size_t width)
{
    alignas(64) double totals[kTileWidth] = {};
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t i = 0; i < kTileWidth; ++i) totals[i] += static_cast<double>(tile[row * kTileWidth + i]);
    }
    for (std::size_t i = 0; i < width; ++i) out[i] = static_cast<float>(totals[i] / static_cast<double>(rows));
}

}  // namespace

Result<void> trimmedMean(const HeldUpdates& updates, std::size_t trimmed, const ModelSink& sink)
{
    if (2 * trimmed >= updates.count()) {
        return fail(ErrorKind::Malformed, "trimming " + std::to_string(trimmed) + " on each side leaves none of " +
                                              std::to_string(updates.count()) + " updates");
    }
    if (trimmed == 0) return evenMean(updates, sink);
    const std::size_t left = updates.count() - 2 * trimmed;
    const std::vector<Comparator> network = sortingNetwork(updates.count(), trimmed, trimmed + left);
    std::vector<AlignedVector<float>> tiles(updates.workers, AlignedVector<float>(updates.count() * kTileWidth));
    const auto compute = [&](std::span<const float* const> rows, const Block& block, std::span<float> out) -> Result<void> {
        float* tile = tiles[block.worker].data();
        for (std::size_t offset = 0; offset < block.count; offset += kTileWidth) {
            const std::size_t width = std::min(kTileWidth, block.count - offset);
            if (!loadTile(rows, offset, width, updates.largestValue, tile)) return refuseBlock(updates, rows, block);
            sortTile(network, tile);
            meanOfRows(tile + trimmed * kTileWidth, left, out.data() + offset, width);
        }
        return {};
    };
    return walkRows(updates, compute, sink);
}

}  // namespace quorate::learning
