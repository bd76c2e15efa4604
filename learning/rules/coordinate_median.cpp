// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/rules/coordinate_median.h"

#include "learning/rules/sorting_network.h"
#include "learning/rules/tile.h"

namespace quorate::learning {

Result<void> coordinateMedian(const HeldUpdates& updates, const ModelSink& sink)
{
    const std::size_t lower = (updates.count() - 1) / 2;
    const std::size_t upper = updates.count() / 2;
    const std::vector<Comparator> network = sortingNetwork(updates.count(), lower, upper + 1);
    std::vector<AlignedVector<float>> tiles(updates.workers, AlignedVector<float>(updates.count() * kTileWidth));
    const auto compute = [&](std::span<const float* const> rows, const Block& block, std::span<float> out) -> Result<void> {
        float* tile = tiles[block.worker].data();
        for (std::size_t offset = 0; offset < block.count; offset += kTileWidth) {
            const std::size_t width = std::min(kTileWidth, block.count - offset);
            if (!loadTile(rows, offset, width, updates.largestValue, tile)) return refuseBlock(updates, rows, block);
            sortTile(network, tile);
            const float* a = tile + lower * kTileWidth;
            const float* b = tile + upper * kTileWidth;
            // Halved first, exactly: the mean of one value and itself is that value.
            for (std::size_t i = 0; i < width; ++i) {
                out[offset + i] = static_cast<float>(0.5 * static_cast<double>(a[i]) + 0.5 * static_cast<double>(b[i]));
            }
        }
        return {};
    };
    return walkRows(updates, compute, sink);
}

}  // namespace quorate::learning
