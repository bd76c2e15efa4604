// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "learning/model.h"

namespace quorate::learning {

/// One site's model after local training. `weights` belongs to the caller and must outlive the call.
struct SiteUpdate {
    std::string site;                 ///< Stable and unique among the updates; also the order of summation.
    std::uint64_t trainRecords = 0;   ///< The site's weight in the mean.
    const ModelWeights* weights = nullptr;
};

/// The mean of the updates weighted by training records (FedAvg, McMahan et al. 2017), summed in float64 per value in the
/// order of the sites' names: the same updates give the same bits in whatever order they came and on however many threads.
/// Malformed, with the site's name (and tensor and index), when there is no update, a site appears twice or has no
/// records, or an update is not of the manifest or not finite.
/// `reused` is a model that is no longer needed: its memory takes the result, which saves the cost of fresh pages.
Result<ModelWeights> aggregateFedAvg(const ModelManifest& manifest, std::span<const SiteUpdate> updates,
                                     ModelWeights reused = {});

}  // namespace quorate::learning
