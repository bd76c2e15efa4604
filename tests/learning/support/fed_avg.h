// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "learning/aggregate.h"
#include "learning/memory_source.h"

namespace quorate::tests {

/// The production average of models in memory, weighted by `records`.
inline learning::ModelWeights fedAvg(const std::vector<learning::ModelWeights>& models, const std::vector<std::uint64_t>& records)
{
    std::vector<std::unique_ptr<learning::MemorySource>> sources;
    std::vector<learning::StoredUpdate> updates;
    for (std::size_t i = 0; i < models.size(); ++i) {
        sources.push_back(std::make_unique<learning::MemorySource>(models[i].values));
        updates.push_back({"site" + std::to_string(100 + i), records[i], sources.back().get()});
    }
    learning::ModelWeights out{models.front().tensors, std::vector<float>(models.front().values.size())};
    const auto sink = [&](std::uint64_t first, std::span<const float> values) -> Result<void> {
        std::copy(values.begin(), values.end(), out.values.begin() + static_cast<std::ptrdiff_t>(first));
        return {};
    };
    learning::ServerState state;
    learning::aggregate({}, out.tensors, updates, *sources.front(), state, sink).value();
    return out;
}

}  // namespace quorate::tests
