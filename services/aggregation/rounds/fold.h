// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/aggregation/store/model_file.h"

namespace quorate::services {

/// One site's part in a round's model.
struct FoldedUpdate {
    std::string site;  ///< Its code.
    std::uint64_t weight = 0;
    std::shared_ptr<const learning::UpdateSource> values;
};

/// The mean of the updates, weighted, column block by column block: what is held does not grow with the model.
Result<std::shared_ptr<const ModelFile>> foldUpdates(const learning::ModelManifest& manifest, const std::vector<FoldedUpdate>& updates,
                                                     ModelWriter writer);

}  // namespace quorate::services
