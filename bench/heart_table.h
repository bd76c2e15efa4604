// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/study/published_figures.h"

namespace quorate::bench {

inline constexpr std::array<const char*, 4> kHeartSites = {"cleveland", "hungarian", "switzerland", "va"};

/// Accuracy on a site's test part: mean over seeds 42 to 46, and what was published.
struct TableCell {
    double mean = 0;
    std::optional<study::PublishedMean> published;

    /// Within three published standard deviations.
    [[nodiscard]] bool isWithin() const { return !published || std::abs(mean - published->mean) <= 3 * published->deviation; }
};

struct TableRow {
    std::string name;
    bool isFederated = false;
    std::array<TableCell, kHeartSites.size()> cells;
};

/// Pooled, each site's own model, and each published plan, from CODE.csv and CODE.split.csv of the
/// four hospitals.
Result<std::vector<TableRow>> heartTable(const std::filesystem::path& folder);

}  // namespace quorate::bench
