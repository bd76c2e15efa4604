// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/rules/held_updates.h"

namespace quorate::learning {

Error refuseValues(std::span<const float> values, std::uint64_t firstValue, double largestValue)
{
    return {ErrorKind::Malformed, "value " + std::to_string(firstValue + firstBeyond(values, largestValue)) +
                                      " is not finite or larger than allowed"};
}

tl::unexpected<Error> refuseBlock(const HeldUpdates& updates, std::span<const float* const> rows, const Block& block)
{
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::span<const float> values(rows[i], block.count);
        if (firstBeyond(values, updates.largestValue) == block.count) continue;
        return failAt("site " + updates.sites[i], refuseValues(values, block.first, updates.largestValue));
    }
    return fail(ErrorKind::Internal, "an update changed while it was read");
}

Result<void> visitRows(const HeldUpdates& updates, const RowVisit& compute, const BlockWork& collect)
{
    const std::size_t blockValues = rowBlockFor(updates.count());
    std::vector<RowReader> readers(updates.workers, RowReader(updates.sources, blockValues));
    return walkBlocks(updates.values, blockValues, updates.workers, [&](const Block& block) -> Result<void> {
        TRY_ASSIGN(rows, readers[block.worker].rows(block.first, block.count));
        return compute(rows, block);
    }, collect);
}

Result<void> walkRows(const HeldUpdates& updates, const RowWork& compute, const ModelSink& sink)
{
    std::vector<AlignedVector<float>> results(slotsFor(updates.workers), AlignedVector<float>(rowBlockFor(updates.count())));
    const auto resultOf = [&](const Block& block) { return std::span(results[block.slot]).first(block.count); };
    return visitRows(
        updates, [&](std::span<const float* const> rows, const Block& block) { return compute(rows, block, resultOf(block)); },
        [&](const Block& block) { return sink(block.first, resultOf(block)); });
}

}  // namespace quorate::learning
