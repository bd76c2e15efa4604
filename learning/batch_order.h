// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace quorate::learning {

/// A seed for what one site does in one round: the first 8 bytes, big-endian, of SHA-256("quorate/v1/batch-order" ‖ u64 seed ‖
/// LP(site) ‖ u32 round).
std::uint64_t seedFor(std::uint64_t seed, const std::string& site, std::uint32_t round);

/// Which records make up each batch: all records once in a shuffled order, then all of them in another, without end. A pass's
/// last batch holds what is left. The same seed gives the same order on every machine.
class BatchOrder {
public:
    /// `batchSize` 0 = all records in one batch, in their own order. Needs at least one record.
    BatchOrder(std::size_t records, std::size_t batchSize, std::uint64_t seed);

    /// Valid until the next call.
    std::span<const std::int64_t> next();
    [[nodiscard]] std::size_t batchesPerPass() const;

private:
    void shuffle();

    std::vector<std::int64_t> m_order;
    std::size_t m_batchSize;
    std::size_t m_position = 0;
    bool m_isShuffled;
    std::mt19937_64 m_generator;
};

}  // namespace quorate::learning
