// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "learning/aligned.h"
#include "learning/update_source.h"

namespace quorate::learning {

/// A contiguous part of a model.
struct Block {
    std::uint64_t first = 0;
    std::size_t count = 0;
    unsigned worker = 0;  ///< Index of what the worker needs while it computes.
    unsigned slot = 0;    ///< Index of what `emit` takes from `compute`; below slotsFor().
};

/// Largest block, in values.
inline constexpr std::size_t kBlockValues = 1 << 16;

/// `wanted` threads, at most 8; 0: as many as the machine has and so many values are worth.
unsigned workersFor(std::uint64_t values, unsigned wanted);

/// Results that may wait for their turn.
constexpr unsigned slotsFor(unsigned workers) { return workers == 1 ? 1 : 4 * workers; }

using BlockWork = std::function<Result<void>(const Block&)>;
/// Calls `compute` for each block, on as many threads as there are workers; then `emit`, one block at a time and from the first
/// to the last, on whichever thread. Ends with the first error.
Result<void> walkBlocks(std::uint64_t values, std::size_t blockValues, unsigned workers, const BlockWork& compute,
                        const BlockWork& emit);

/// The rows of several sources over one block: where they lie, or copied into memory of its own. For one worker.
class RowReader {
public:
    /// All sources and the buffers outlive it; `blockValues` is the largest count asked for.
    RowReader(std::vector<const UpdateSource*> sources, std::size_t blockValues);
    /// One pointer per source, in their order, valid until the next call.
    Result<std::span<const float* const>> rows(std::uint64_t first, std::size_t count);

private:
    std::vector<const UpdateSource*> m_sources;
    std::size_t m_blockValues;
    std::vector<AlignedVector<float>> m_buffers;  ///< Empty for a source that lies in memory.
    std::vector<const float*> m_rows;
};

/// Block size at which the rows of so many sources take at most 32 MiB per worker: a power of two, 1024 to kBlockValues.
std::size_t rowBlockFor(std::size_t sources);

}  // namespace quorate::learning
