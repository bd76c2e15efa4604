// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quorate::learning {

/// Compares two rows value by value: the smaller go to `low`, the larger to `high`.
struct Comparator {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    bool needsLow = true;   ///< False: nobody reads what would be written there.
    bool needsHigh = true;
};

/// Batcher's odd-even merge sort for `rows` rows (Knuth, The Art of Computer Programming, volume 3, algorithm 5.2.2M), without
/// what does not lead to the ranks [firstRank, endRank). After it those rows hold the values of their rank, smallest first.
std::vector<Comparator> sortingNetwork(std::size_t rows, std::size_t firstRank, std::size_t endRank);

/// Runs the network over rows of kTileWidth values, one after another in `tile`.
void sortTile(const std::vector<Comparator>& network, float* tile);

}  // namespace quorate::learning
