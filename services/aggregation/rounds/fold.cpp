// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/fold.h"

#include "learning/aggregation.h"

namespace quorate::services {

Result<std::shared_ptr<const ModelFile>> foldUpdates(const learning::ModelManifest& manifest, const std::vector<FoldedUpdate>& updates,
                                                     ModelWriter writer)
{
    const std::uint64_t total = learning::elementsOf(manifest);
    std::vector<learning::ModelWeights> blocks(updates.size());
    learning::ModelWeights mean;
    for (std::uint64_t first = 0; first < total; first += ModelWriter::kBlockValues) {
        const std::uint64_t count = std::min<std::uint64_t>(ModelWriter::kBlockValues, total - first);
        const learning::ModelManifest block{{"block", {count}}};
        std::vector<learning::SiteUpdate> parts;
        for (std::size_t i = 0; i < updates.size(); ++i) {
            blocks[i].tensors = block;
            blocks[i].values.resize(static_cast<std::size_t>(count));
            TRY(updates[i].values->read(first, blocks[i].values));
            parts.push_back({updates[i].site, updates[i].weight, &blocks[i]});
        }
        TRY_ASSIGN(next, learning::aggregateFedAvg(block, parts, std::move(mean)));
        mean = std::move(next);
        TRY(writer.append(mean.values));
    }
    return writer.finish();
}

}  // namespace quorate::services
