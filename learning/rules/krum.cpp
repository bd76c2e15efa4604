// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/rules/krum.h"

#include <algorithm>
#include <numeric>

#include "learning/rules/tile.h"
#include "learning/vectorised.h"

namespace quorate::learning {

namespace {

constexpr std::size_t kLanes = 16;

/// Adds the squared distance of each pair of rows to `sums`, in the order (0,1), (0,2) ... The lanes are added up in an order
/// of our own, so that every width of vector gives the same bits. A tile's float32 sum cannot overflow: 128 x (2 x 2^20)^2.
QUORATE_WIDE_VECTORS void addDistances(const float* tile, std::size_t rows, double* sums)
{
    for (std::size_t a = 0; a + 1 < rows; ++a) {
        const float* one = tile + a * kTileWidth;
        for (std::size_t b = a + 1; b < rows; ++b) {
            const float* other = tile + b * kTileWidth;
            float lanes[kLanes] = {};
            for (std::size_t i = 0; i < kTileWidth; i += kLanes) {
                for (std::size_t lane = 0; lane < kLanes; ++lane) {
                    const float difference = one[i + lane] - other[i + lane];
                    lanes[lane] += difference * difference;
                }
            }
            for (std::size_t lane = 0; lane < 8; ++lane) lanes[lane] += lanes[lane + 8];
            for (std::size_t lane = 0; lane < 4; ++lane) lanes[lane] += lanes[lane + 4];
            *sums++ += static_cast<double>((lanes[0] + lanes[2]) + (lanes[1] + lanes[3]));
        }
    }
}

/// Squared distances of all pairs, as addDistances orders them.
Result<std::vector<double>> pairDistances(const HeldUpdates& updates)
{
    const std::size_t pairs = updates.count() * (updates.count() - 1) / 2;
    std::vector<double> totals(pairs);
    std::vector<std::vector<double>> sums(slotsFor(updates.workers), std::vector<double>(pairs));
    std::vector<AlignedVector<float>> tiles(updates.workers, AlignedVector<float>(updates.count() * kTileWidth));
    const auto compute = [&](std::span<const float* const> rows, const Block& block) -> Result<void> {
        float* tile = tiles[block.worker].data();
        std::vector<double>& mine = sums[block.slot];
        std::fill(mine.begin(), mine.end(), 0.0);
        for (std::size_t offset = 0; offset < block.count; offset += kTileWidth) {
            const std::size_t width = std::min(kTileWidth, block.count - offset);
            if (!loadTile(rows, offset, width, updates.largestValue, tile)) return refuseBlock(updates, rows, block);
            addDistances(tile, updates.count(), mine.data());
        }
        return {};
    };
    TRY(visitRows(updates, compute, [&](const Block& block) -> Result<void> {
        std::transform(totals.begin(), totals.end(), sums[block.slot].begin(), totals.begin(), std::plus<>());
        return {};
    }));
    return totals;
}

/// Sum of each row's distances to its `neighbours` closest.
std::vector<double> scoresOf(const std::vector<double>& distances, std::size_t rows, std::size_t neighbours)
{
    std::vector<std::vector<double>> perRow(rows);
    std::size_t pair = 0;
    for (std::size_t a = 0; a < rows; ++a) {
        for (std::size_t b = a + 1; b < rows; ++b) {
            perRow[a].push_back(distances[pair]);
            perRow[b].push_back(distances[pair++]);
        }
    }
    std::vector<double> scores;
    for (std::vector<double>& row : perRow) {
        std::sort(row.begin(), row.end());
        scores.push_back(std::accumulate(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(neighbours), 0.0));
    }
    return scores;
}

}  // namespace

Result<std::vector<std::size_t>> krumSelection(const HeldUpdates& updates, std::size_t hostile, std::size_t selected)
{
    const std::size_t rows = updates.count();
    if (2 * hostile + 3 > rows) {
        return fail(ErrorKind::Malformed, "Krum against " + std::to_string(hostile) + " hostile sites needs " +
                                              std::to_string(2 * hostile + 3) + " updates, there are " + std::to_string(rows));
    }
    if (selected == 0 || selected + hostile > rows) {
        return fail(ErrorKind::Malformed, "Krum is to select " + std::to_string(selected) + " of " + std::to_string(rows) +
                                              " updates, want 1 to " + std::to_string(rows - hostile));
    }
    TRY_ASSIGN(distances, pairDistances(updates));
    const std::vector<double> scores = scoresOf(distances, rows, rows - hostile - 2);
    std::vector<std::size_t> order(rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
    order.resize(selected);
    std::sort(order.begin(), order.end());
    return order;
}

}  // namespace quorate::learning
