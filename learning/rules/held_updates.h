// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "learning/aggregate.h"
#include "learning/block_walk.h"

namespace quorate::learning {

/// A round's updates as the rules see them: in the order of the sites' names, changes clipped.
struct HeldUpdates {
    std::vector<std::string> sites;
    std::vector<std::uint64_t> weights;
    std::vector<const UpdateSource*> sources;
    std::uint64_t values = 0;  ///< Of each source.
    unsigned workers = 1;
    double largestValue = kLargestValue;

    [[nodiscard]] std::size_t count() const { return sources.size(); }
};

/// The error for values of which some is not finite or too large: names the first one's number in the update.
Error refuseValues(std::span<const float> values, std::uint64_t firstValue, double largestValue);
/// The same for a block in all updates: names the site too.
tl::unexpected<Error> refuseBlock(const HeldUpdates& updates, std::span<const float* const> rows, const Block& block);

/// Writes the values that follow from one block of all updates' rows; `out` has the block's size.
using RowWork = std::function<Result<void>(std::span<const float* const> rows, const Block& block, std::span<float> out)>;
/// Rows in, values out, block after block: memory for one block of every update per worker.
Result<void> walkRows(const HeldUpdates& updates, const RowWork& compute, const ModelSink& sink);

/// Calls `compute` with the rows of each block, and then `collect` in the blocks' order, one at a time: for sums over all values
/// whose bits must not depend on threads.
using RowVisit = std::function<Result<void>(std::span<const float* const> rows, const Block& block)>;
Result<void> visitRows(const HeldUpdates& updates, const RowVisit& compute, const BlockWork& collect);

}  // namespace quorate::learning
