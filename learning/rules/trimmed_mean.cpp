// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/rules/trimmed_mean.h"

#include <array>

#include "learning/rules/sorting_network.h"
#include "learning/rules/tile.h"

namespace quorate::learning {

Result<void> trimmedMean(const HeldUpdates& updates, std::size_t trimmed, const ModelSink& sink)
{
    if (2 * trimmed >= updates.count()) {
        return fail(ErrorKind::Malformed, "trimming " + std::to_string(trimmed) + " on each side leaves none of " +
                                              std::to_string(updates.count()) + " updates");
    }
    const std::size_t left = updates.count() - 2 * trimmed;
    const std::vector<Comparator> network =
        trimmed == 0 ? std::vector<Comparator>() : sortingNetwork(updates.count(), trimmed, trimmed + left);
    TRY_ASSIGN(grid, FixedPointGrid::make(updates.largestValue, left));
    std::vector<std::vector<float>> tiles(updates.workers, std::vector<float>(updates.count() * kTileWidth));
    const auto compute = [&](std::span<const float* const> rows, const Block& block, std::span<float> out) -> Result<void> {
        float* tile = tiles[block.worker].data();
        std::array<std::int64_t, kTileWidth> totals;
        for (std::size_t offset = 0; offset < block.count; offset += kTileWidth) {
            const std::size_t width = std::min(kTileWidth, block.count - offset);
            if (!loadTile(rows, offset, width, updates.largestValue, tile)) return refuseBlock(updates, rows, block);
            sortTile(network, tile);
            totals.fill(0);
            for (std::size_t rank = trimmed; rank < trimmed + left; ++rank) {
                accumulate(totals.data(), {tile + rank * kTileWidth, kTileWidth}, grid.scale, updates.largestValue);
            }
            divide(totals.data(), static_cast<double>(left) * grid.scale, out.subspan(offset, width));
        }
        return {};
    };
    return walkRows(updates, compute, sink);
}

}  // namespace quorate::learning
