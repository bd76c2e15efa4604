// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/rules/held_mean.h"

#include <algorithm>
#include <numeric>

namespace quorate::learning {

namespace {

/// Values whose totals stay in the first-level cache while a piece of every update passes by.
constexpr std::size_t kPiece = 2048;

}  // namespace

Result<HeldMean> HeldMean::create(const HeldUpdates& updates, std::uint64_t populationWeight)
{
    HeldMean mean(updates);
    mean.m_totalWeight = std::accumulate(updates.weights.begin(), updates.weights.end(), std::uint64_t{0});
    const std::uint64_t population = populationWeight == 0 ? mean.m_totalWeight : populationWeight;
    if (mean.m_totalWeight > population) {
        return fail(ErrorKind::Malformed, "weights add up to " + std::to_string(mean.m_totalWeight) + ", want at most " +
                                              std::to_string(population));
    }
    TRY_ASSIGN(grid, FixedPointGrid::make(updates.largestValue, population));
    mean.m_grid = grid;
    mean.m_totals.assign(updates.workers, AlignedVector<std::int64_t>(kBlockValues));
    return mean;
}

Result<void> HeldMean::addAll(const Block& block, std::span<std::int64_t> totals)
{
    std::fill(totals.begin(), totals.end(), 0);
    const auto multiplierOf = [&](std::size_t i) { return static_cast<double>(m_updates.weights[i]) * m_grid.scale; };
    std::vector<const float*> rows;
    for (const UpdateSource* source : m_updates.sources) {
        const auto inPlace = source->view(block.first, block.count);
        if (inPlace.size() == block.count) rows.push_back(inPlace.data());
    }
    bool isGood = true;
    if (rows.size() == m_updates.count()) {
        for (std::size_t offset = 0; offset < block.count; offset += kPiece) {
            const std::size_t size = std::min(kPiece, block.count - offset);
            for (std::size_t i = 0; i < rows.size(); ++i) {
                isGood &= accumulate(totals.data() + offset, {rows[i] + offset, size}, multiplierOf(i), m_updates.largestValue);
            }
        }
        if (isGood) return {};
        return refuseBlock(m_updates, rows, block);
    }
    AlignedVector<float> buffer(block.count);
    for (std::size_t i = 0; i < m_updates.count(); ++i) {
        TRY(m_updates.sources[i]->read(block.first, buffer));
        if (!accumulate(totals.data(), buffer, multiplierOf(i), m_updates.largestValue)) {
            return failAt("site " + m_updates.sites[i], refuseValues(buffer, block.first, m_updates.largestValue));
        }
    }
    return {};
}

Result<void> HeldMean::read(const Block& block, std::span<float> out)
{
    const std::span<std::int64_t> totals = std::span(m_totals[block.worker]).first(block.count);
    TRY(addAll(block, totals));
    divide(totals.data(), static_cast<double>(m_totalWeight) * m_grid.scale, out);
    return {};
}

Result<void> evenMean(HeldUpdates updates, const ModelSink& sink)
{
    updates.weights.assign(updates.count(), 1);
    TRY_ASSIGN(mean, HeldMean::create(updates, 0));
    std::vector<AlignedVector<float>> results(slotsFor(updates.workers), AlignedVector<float>(kBlockValues));
    const auto resultOf = [&](const Block& block) { return std::span(results[block.slot]).first(block.count); };
    return walkBlocks(updates.values, kBlockValues, updates.workers,
                      [&](const Block& block) { return mean.read(block, resultOf(block)); },
                      [&](const Block& block) { return sink(block.first, resultOf(block)); });
}

}  // namespace quorate::learning
