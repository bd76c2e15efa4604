// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/rules/geometric_median.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "learning/rules/tile.h"
#include "learning/vectorised.h"

namespace quorate::learning {

namespace {

constexpr std::size_t kLanes = 8;

/// centre = sum of shares[r] x row r, row after row.
QUORATE_WIDE_VECTORS void combine(const float* tile, const std::vector<double>& shares, double* centre)
{
    std::fill(centre, centre + kTileWidth, 0.0);
    for (const double share : shares) {
        for (std::size_t i = 0; i < kTileWidth; ++i) centre[i] += share * static_cast<double>(tile[i]);
        tile += kTileWidth;
    }
}

/// sums[r] += squared distance of row r from the centre; lanes are added up in an order of our own.
QUORATE_WIDE_VECTORS void addDistances(const float* tile, const double* centre, std::vector<double>& sums)
{
    for (double& sum : sums) {
        double lanes[kLanes] = {};
        for (std::size_t i = 0; i < kTileWidth; i += kLanes) {
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                const double difference = static_cast<double>(tile[i + lane]) - centre[i + lane];
                lanes[lane] += difference * difference;
            }
        }
        for (std::size_t lane = 0; lane < 4; ++lane) lanes[lane] += lanes[lane + 4];
        sum += (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
        tile += kTileWidth;
    }
}

/// What one worker needs.
struct Scratch {
    AlignedVector<float> tile;
    AlignedVector<double> centre = AlignedVector<double>(kTileWidth);
};

/// Squared distance of each update from the combination of all by `shares`.
Result<std::vector<double>> distancesFrom(const HeldUpdates& updates, const std::vector<double>& shares, std::vector<Scratch>& scratch)
{
    std::vector<double> totals(updates.count());
    std::vector<std::vector<double>> sums(slotsFor(updates.workers), std::vector<double>(updates.count()));
    const auto compute = [&](std::span<const float* const> rows, const Block& block) -> Result<void> {
        Scratch& mine = scratch[block.worker];
        std::vector<double>& mySums = sums[block.slot];
        std::fill(mySums.begin(), mySums.end(), 0.0);
        for (std::size_t offset = 0; offset < block.count; offset += kTileWidth) {
            const std::size_t width = std::min(kTileWidth, block.count - offset);
            if (!loadTile(rows, offset, width, updates.largestValue, mine.tile.data())) return refuseBlock(updates, rows, block);
            combine(mine.tile.data(), shares, mine.centre.data());
            addDistances(mine.tile.data(), mine.centre.data(), mySums);
        }
        return {};
    };
    TRY(visitRows(updates, compute, [&](const Block& block) -> Result<void> {
        std::transform(totals.begin(), totals.end(), sums[block.slot].begin(), totals.begin(), std::plus<>());
        return {};
    }));
    return totals;
}

}  // namespace

Result<void> geometricMedian(const HeldUpdates& updates, double smoothing, std::uint32_t iterations, const ModelSink& sink)
{
    if (!(smoothing > 0)) return fail(ErrorKind::Malformed, "smoothing is not above 0");
    const std::size_t count = updates.count();
    std::vector<Scratch> scratch(updates.workers);
    for (Scratch& one : scratch) one.tile.resize(count * kTileWidth);
    std::vector<double> shares(count, 1.0 / static_cast<double>(count));
    for (std::uint32_t i = 0; i < iterations; ++i) {
        TRY_ASSIGN(squares, distancesFrom(updates, shares, scratch));
        std::transform(squares.begin(), squares.end(), shares.begin(),
                       [&](double square) { return 1.0 / std::max(smoothing, std::sqrt(square)); });
        const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
        for (double& share : shares) share /= total;
    }
    return walkRows(updates, [&](std::span<const float* const> rows, const Block& block, std::span<float> out) -> Result<void> {
        Scratch& mine = scratch[block.worker];
        for (std::size_t offset = 0; offset < block.count; offset += kTileWidth) {
            const std::size_t width = std::min(kTileWidth, block.count - offset);
            if (!loadTile(rows, offset, width, updates.largestValue, mine.tile.data())) return refuseBlock(updates, rows, block);
            combine(mine.tile.data(), shares, mine.centre.data());
            std::transform(mine.centre.begin(), mine.centre.begin() + static_cast<std::ptrdiff_t>(width),
                           out.begin() + static_cast<std::ptrdiff_t>(offset), [](double value) { return static_cast<float>(value); });
        }
        return {};
    }, sink);
}

}  // namespace quorate::learning
