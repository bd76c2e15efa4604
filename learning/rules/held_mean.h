// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/rules/held_updates.h"

namespace quorate::learning {

/// The weighted mean of held updates (FedAvg, McMahan et al. 2017), block by block on the grid that AverageFold uses: the same
/// bits as folding them one by one. It outlives neither the updates nor their sources.
class HeldMean {
public:
    /// `populationWeight` as in AggregationOptions. Malformed when the weights are more than it.
    static Result<HeldMean> create(const HeldUpdates& updates, std::uint64_t populationWeight);
    /// The mean of one block; a worker at a time per `block.worker`.
    Result<void> read(const Block& block, std::span<float> out);
    [[nodiscard]] std::uint64_t totalWeight() const { return m_totalWeight; }

private:
    explicit HeldMean(const HeldUpdates& updates) : m_updates(updates) {}
    Result<void> addAll(const Block& block, std::span<std::int64_t> totals);

    const HeldUpdates& m_updates;
    FixedPointGrid m_grid;
    std::uint64_t m_totalWeight = 0;
    std::vector<AlignedVector<std::int64_t>> m_totals;  ///< One per worker.
};

/// The mean that gives every site the same weight.
Result<void> evenMean(HeldUpdates updates, const ModelSink& sink);

}  // namespace quorate::learning
