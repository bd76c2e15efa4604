// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace quorate::study {

/// Mean and standard deviation over seeds 42 to 46.
struct PublishedMean {
    double mean = 0;
    double deviation = 0;
};

/// Accuracy on a site's own test part as published for Fed-Heart-Disease (Ogier du Terrail et al., FLamby, NeurIPS 2022
/// Datasets and Benchmarks).
struct PublishedAccuracy {
    PublishedMean own;
    PublishedMean federated;
    PublishedMean pooled;
};

/// None for a plan (named_plans.h) or a site ("cleveland", "hungarian", "switzerland", "va") that was not published.
std::optional<PublishedAccuracy> publishedAccuracy(const std::string& plan, const std::string& siteCode);

}  // namespace quorate::study
