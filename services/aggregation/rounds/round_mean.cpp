// SPDX-License-Identifier: GPL-3.0-or-later
// The mean of a round while its updates arrive, so that closing the round reads none of them again.
#include "core/base/log.h"
#include "learning/aggregate.h"
#include "services/aggregation/rounds/round_engine.h"

namespace quorate::services {
namespace {

/// Of the totals, twice the model. A round of a larger model is folded from its files when it closes.
constexpr std::uint64_t kMostMeanBytes = std::uint64_t{512} << 20;

/// Rules that need each update as it came: clipping wants a change's norm before its first value counts.
bool isPlainMean(const study::TrainingPlan& plan)
{
    return learning::isAverage(plan.aggregation.rule) && plan.aggregation.clipNorm == 0 && plan.privacy.kind != study::PrivacyKind::SiteLevel;
}

}  // namespace

void RoundEngine::beginMean()
{
    learning::FoldLimits limits;
    limits.values = learning::elementsOf(m_manifest);
    const bool isTooLarge = m_exchanged != m_manifest || limits.values > kMostMeanBytes / sizeof(std::int64_t);
    if (!isPlainMean(m_package.protocol.plan) || isTooLarge) return;
    for (const auto& id : m_expected) limits.largestTotalWeight += m_sites.at(id).trainRecords;
    if (!m_mean) m_mean = std::make_shared<learning::RunningMean>();
    if (auto begun = m_mean->restart(limits); !begun) logError("mean of round " + std::to_string(m_round), begun.error());
}

std::shared_ptr<const learning::AverageFold> RoundEngine::closeMean(const std::map<Uuid, Update>& held) const
{
    if (!m_mean) return nullptr;
    std::set<const learning::RunningMean::Share*> wanted;
    std::uint64_t weight = 0;
    for (const auto& [site, update] : held) {
        wanted.insert(update.values->share());
        weight += update.metrics.trainRecords;
    }
    // On the grid on which the held updates would be added: the model must not depend on the way.
    const auto grid = learning::FixedPointGrid::make(learning::kLargestValue, weight);
    return grid ? m_mean->close(wanted, grid->scale) : nullptr;
}

}  // namespace quorate::services
