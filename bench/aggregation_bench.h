// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>

namespace quorate::bench {

struct AverageFigures {
    double readOnce = 0;   ///< GB/s: every update read once, by as many threads as the rules have.
    double streaming = 0;  ///< GB/s: updates folded one after another in pieces of 1 MiB, from an empty total to the next model.
    double blocked = 0;    ///< GB/s: held updates averaged block by block into the next model.
};

/// Median of several runs, the three taking turns. Fails by ending the program.
AverageFigures measureAverages(std::size_t updates, std::size_t megabytes, unsigned threads);

struct RobustFigures {
    double median = 0;   ///< Seconds.
    double trimmed = 0;
    double krum = 0;
    double geometric = 0;
};
RobustFigures measureRobust(std::size_t updates, std::size_t values, std::size_t trimmed, unsigned threads);

struct NumpyFigures {
    double median = 0;   ///< Seconds.
    double trimmed = 0;
};
/// None when there is no python3 with numpy.
std::optional<NumpyFigures> measureNumpy(std::size_t updates, std::size_t values, std::size_t trimmed);

}  // namespace quorate::bench
