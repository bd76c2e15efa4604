// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "learning/aligned.h"
#include "learning/fixed_point.h"

namespace quorate::learning {

struct FoldLimits {
    std::uint64_t values = 0;              ///< Of one update.
    std::uint64_t largestTotalWeight = 0;  ///< Of the updates that are in at one time.
    double largestValue = kLargestValue;
};

/// The weighted mean of updates that arrive in pieces, in any order and on any threads: the same updates give the same bytes.
/// It holds one int64 total per value (twice a float32 model) and nothing per update; what was added can be taken out again
/// without a trace. See FixedPointGrid for why it cannot overflow. Thread-safe, except restart().
class AverageFold {
public:
    /// Touches all its memory. Malformed as FixedPointGrid::make.
    static Result<AverageFold> create(const FoldLimits& limits);
    /// Empty again, in the memory that it has when that is enough.
    Result<void> restart(const FoldLimits& limits);

    /// An update of this weight is about to be added, or has been taken out. PolicyRefused beyond the largest total weight;
    /// Malformed for a weight of 0, or one that is not in.
    Result<void> admit(std::uint64_t weight);
    Result<void> retire(std::uint64_t weight);
    [[nodiscard]] std::uint64_t totalWeight() const;
    [[nodiscard]] std::uint64_t largestTotalWeight() const { return m_largestTotalWeight; }

    /// Adds a piece of an admitted update; each of its values once. Malformed, with the value's number in the update and
    /// nothing added, when one is not finite or too large or there is no such place.
    Result<void> add(std::uint64_t firstValue, std::span<const float> values, std::uint64_t weight);
    /// Exactly undoes add() of the same.
    Result<void> subtract(std::uint64_t firstValue, std::span<const float> values, std::uint64_t weight);
    /// Adds `factor` x (values - base), `factor` in [0, 1]: a change that was clipped. subtractChange() undoes it.
    Result<void> addChange(std::uint64_t firstValue, std::span<const float> values, std::span<const float> base,
                           std::uint64_t weight, double factor);
    Result<void> subtractChange(std::uint64_t firstValue, std::span<const float> values, std::span<const float> base,
                                std::uint64_t weight, double factor);

    /// total / (totalWeight x scale). Malformed while nothing is admitted, or there is no such place.
    Result<void> finish(std::uint64_t firstValue, std::span<float> out) const;

    /// For noise on the total: units of the grid per value and weight, and the totals themselves (no other call meanwhile).
    [[nodiscard]] double scale() const { return m_grid.scale; }
    [[nodiscard]] std::span<std::int64_t> totals() { return m_totals; }
    [[nodiscard]] std::uint64_t values() const { return m_totals.size(); }

private:
    AverageFold() = default;
    Result<void> checkPlace(std::uint64_t firstValue, std::size_t count) const;
    /// `base` may be empty: the values themselves.
    Result<void> apply(std::uint64_t firstValue, std::span<const float> values, std::span<const float> base, double multiplier);
    bool applyRange(std::uint64_t firstValue, std::span<const float> values, std::span<const float> base, double multiplier);

    FixedPointGrid m_grid;
    std::uint64_t m_largestTotalWeight = 0;
    std::uint64_t m_totalWeight = 0;
    AlignedVector<std::int64_t> m_totals;
    /// One for the weight, then one per stripe of the totals.
    std::unique_ptr<std::mutex[]> m_mutexes;
};

}  // namespace quorate::learning
