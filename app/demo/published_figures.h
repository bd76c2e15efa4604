// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace quorate::demo {

/// Accuracy on a site's own test part as published for Fed-Heart-Disease (Ogier du Terrail et al., FLamby, NeurIPS 2022
/// Datasets and Benchmarks): means over seeds 42-46.
struct PublishedAccuracy {
    double own = 0;
    double federated = 0;
    double federatedSd = 0;
    double pooled = 0;
};

/// None for another plan or another site.
std::optional<PublishedAccuracy> publishedAccuracy(const std::string& plan, const std::string& siteCode);

}  // namespace quorate::demo
