// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/contribution.h"

#include <algorithm>
#include <cmath>

namespace quorate::learning {
namespace {

Result<double> scoreOf(const study::AggregationPlan& plan, const ModelManifest& model, std::span<const StoredUpdate> updates,
                       const UpdateSource& base, ServerState state, const ModelScore& score, const AggregationOptions& options)
{
    ModelWeights next{model, {}};
    next.values.reserve(elementsOf(model));
    const auto sink = [&next](std::uint64_t, std::span<const float> values) -> Result<void> {
        next.values.insert(next.values.end(), values.begin(), values.end());
        return {};
    };
    TRY(aggregate(plan, model, updates, base, state, sink, options));
    TRY_ASSIGN(value, score(next));
    if (!std::isfinite(value)) return fail(ErrorKind::Malformed, "the model's score is not finite");
    return value;
}

}  // namespace

Result<RoundContributions> leaveOneOut(const study::AggregationPlan& plan, const ModelManifest& model, std::span<const StoredUpdate> updates,
                                       const UpdateSource& base, const ServerState& before, const ModelScore& score,
                                       const AggregationOptions& options)
{
    RoundContributions out;
    TRY_ASSIGN(scoreOfAll, scoreOf(plan, model, updates, base, before, score, options));
    out.scoreOfAll = scoreOfAll;
    for (std::size_t left = 0; left < updates.size(); ++left) {
        std::vector<StoredUpdate> others(updates.begin(), updates.end());
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(left));
        const auto without = scoreOf(plan, model, others, base, before, score, options);
        if (!without) return failAt("without site " + updates[left].site, without.error());
        out.sites.push_back({updates[left].site, *without, scoreOfAll - *without});
    }
    std::sort(out.sites.begin(), out.sites.end(), [](const auto& a, const auto& b) { return a.site < b.site; });
    return out;
}

}  // namespace quorate::learning
