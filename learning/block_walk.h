// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "learning/update_source.h"

namespace quorate::learning {

/// A contiguous part of a model, and which worker has it: an index for buffers of its own.
struct Block {
    std::uint64_t first = 0;
    std::size_t count = 0;
    unsigned worker = 0;
    std::uint64_t index = 0;
};

/// Largest block, in values.
inline constexpr std::size_t kBlockValues = 1 << 16;

/// How many threads `values` are worth when the caller allows `wanted` (0: as many as the machine has).
unsigned workersFor(std::uint64_t values, unsigned wanted);

using BlockWork = std::function<Result<void>(const Block&)>;
/// Calls `compute` for each block, on as many threads as there are workers and in no order; then, if given, `emit` for the
/// same block on the same thread, one block at a time and from the first block to the last. Ends with the first error.
Result<void> walkBlocks(std::uint64_t values, std::size_t blockValues, unsigned workers, const BlockWork& compute,
                        const BlockWork& emit = {});

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
    std::vector<std::vector<float>> m_buffers;  ///< Empty for a source that lies in memory.
    std::vector<const float*> m_rows;
};

/// Block size at which the rows of so many sources take at most 32 MiB per worker: a power of two, 1024 to kBlockValues.
std::size_t rowBlockFor(std::size_t sources);

}  // namespace quorate::learning
