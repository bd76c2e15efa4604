// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/aggregate.h"

#include <algorithm>
#include <memory>

#include "learning/rules/adaptive_server.h"
#include "learning/rules/coordinate_median.h"
#include "learning/rules/geometric_median.h"
#include "learning/rules/held_mean.h"
#include "learning/rules/krum.h"
#include "learning/rules/norm_clipping.h"
#include "learning/rules/scaffold.h"
#include "learning/rules/server_momentum.h"
#include "learning/rules/trimmed_mean.h"

namespace quorate::learning {

namespace {

using study::AggregationPlan;
using study::AggregationRule;

Result<HeldUpdates> inOrder(std::span<const StoredUpdate> updates, std::uint64_t values, const AggregationOptions& options)
{
    if (updates.empty()) return fail(ErrorKind::Malformed, "there is no update to aggregate");
    std::vector<StoredUpdate> sorted(updates.begin(), updates.end());
    std::sort(sorted.begin(), sorted.end(), [](const StoredUpdate& a, const StoredUpdate& b) { return a.site < b.site; });
    HeldUpdates held;
    held.values = values;
    held.workers = workersFor(values, options.threads);
    held.largestValue = options.largestValue;
    for (const StoredUpdate& update : sorted) {
        if (!held.sites.empty() && held.sites.back() == update.site) {
            return fail(ErrorKind::Malformed, "site " + update.site + ": sent two updates for one round");
        }
        if (update.weight == 0 || update.weight > kLargestTotalWeight) {
            return fail(ErrorKind::Malformed, "site " + update.site + ": has " + std::to_string(update.weight) +
                                                  " training records, want 1 to " + std::to_string(kLargestTotalWeight));
        }
        held.sites.push_back(update.site);
        held.weights.push_back(update.weight);
        held.sources.push_back(update.values);
    }
    return held;
}

/// The updates with each change of the model clipped, and the sources that do so.
struct Clipping {
    std::vector<std::unique_ptr<ClippedSource>> sources;
    std::vector<UpdateOutcome> outcomes;
};

Result<Clipping> clip(HeldUpdates& held, const UpdateSource& base, std::uint64_t modelValues, double clipNorm)
{
    Clipping clipping;
    for (std::size_t i = 0; i < held.count(); ++i) {
        UpdateOutcome outcome{held.sites[i], true, 1};
        if (clipNorm > 0) {
            const auto norm = changeNorm(*held.sources[i], base, modelValues, held.workers);
            if (!norm) return failAt("site " + held.sites[i], norm.error());
            outcome.clipFactor = clipFactor(*norm, clipNorm);
        }
        if (outcome.clipFactor < 1) {
            clipping.sources.push_back(std::make_unique<ClippedSource>(*held.sources[i], base, modelValues, outcome.clipFactor));
            held.sources[i] = clipping.sources.back().get();
        }
        clipping.outcomes.push_back(std::move(outcome));
    }
    return clipping;
}

/// What the service makes of a block of the mean: a block of the next model, in `next`, and its part of the state.
class ServerStep {
public:
    ServerStep(const AggregationPlan& plan, std::uint64_t modelValues, double roundShare, const UpdateSource& base, ServerState& state)
        : m_plan(plan), m_modelValues(modelValues), m_roundShare(roundShare), m_base(base), m_state(state)
    {
    }

    Result<void> take(const Block& block, std::span<float> next) const
    {
        if (m_plan.rule == AggregationRule::FedAvg) return {};
        const std::size_t count = modelPart(block);
        const auto at = static_cast<std::size_t>(block.first);
        if (count < block.count) {
            const std::size_t control = at + count - static_cast<std::size_t>(m_modelValues);
            scaffoldControlStep(m_roundShare, next.subspan(count), std::span(m_state.control).subspan(control, block.count - count));
        }
        if (count == 0) return {};
        RowReader reader({&m_base}, count);
        TRY_ASSIGN(rows, reader.rows(block.first, count));
        step({rows[0], count}, at, next.first(count));
        const std::size_t bad = firstBeyond(next.first(count), kLargestValue);
        if (bad == count) return {};
        return fail(ErrorKind::Malformed, "value " + std::to_string(at + bad) + " of the next model is not finite or larger than allowed");
    }
    /// Values of the block that are the model's; the others are SCAFFOLD's control variate.
    [[nodiscard]] std::size_t modelPart(const Block& block) const
    {
        return static_cast<std::size_t>(std::min<std::uint64_t>(block.count, m_modelValues - std::min(m_modelValues, block.first)));
    }

private:
    void step(std::span<const float> base, std::size_t at, std::span<float> next) const
    {
        const auto part = [&](std::vector<float>& of) { return std::span(of).subspan(at, next.size()); };
        if (m_plan.rule == AggregationRule::FedAvgM) {
            momentumStep(m_plan.serverLearningRate, m_plan.momentum, base, part(m_state.momentum), next);
        } else if (m_plan.rule == AggregationRule::Scaffold) {
            scaffoldModelStep(m_plan.serverLearningRate, base, next);
        } else {
            adaptiveStep(m_plan, base, part(m_state.momentum), part(m_state.secondMoment), next);
        }
    }

    const AggregationPlan& m_plan;
    std::uint64_t m_modelValues;
    double m_roundShare;
    const UpdateSource& m_base;
    ServerState& m_state;
};

using MeanOfBlock = std::function<Result<void>(const Block&, std::span<float>)>;

Result<void> finishAverage(std::uint64_t values, unsigned workers, const MeanOfBlock& mean, const ServerStep& step, const ModelSink& sink)
{
    std::vector<AlignedVector<float>> results(slotsFor(workers), AlignedVector<float>(kBlockValues));
    return walkBlocks(values, kBlockValues, workers, [&](const Block& block) -> Result<void> {
        const std::span<float> next = std::span(results[block.slot]).first(block.count);
        TRY(mean(block, next));
        return step.take(block, next);
    }, [&](const Block& block) -> Result<void> {
        const std::size_t count = step.modelPart(block);
        if (count == 0) return {};
        return sink(block.first, std::span<const float>(results[block.slot]).first(count));
    });
}

/// Every site with the same weight; of a single one its own values, to the bit.
Result<void> meanOfSelected(const HeldUpdates& held, const std::vector<std::size_t>& selected, const ModelSink& sink)
{
    HeldUpdates chosen = held;
    chosen.sites.clear();
    chosen.sources.clear();
    for (const std::size_t index : selected) {
        chosen.sites.push_back(held.sites[index]);
        chosen.sources.push_back(held.sources[index]);
    }
    if (selected.size() > 1) return evenMean(chosen, sink);
    return walkRows(chosen, [&](std::span<const float* const> rows, const Block& block, std::span<float> out) -> Result<void> {
        std::copy_n(rows[0], block.count, out.begin());
        return {};
    }, sink);
}

Result<void> krum(const AggregationPlan& plan, const HeldUpdates& held, std::vector<UpdateOutcome>& outcomes, const ModelSink& sink)
{
    const std::size_t wanted = plan.rule == AggregationRule::Krum ? 1 : plan.selectedSites;
    TRY_ASSIGN(selected, krumSelection(held, plan.byzantineSites, wanted));
    for (UpdateOutcome& outcome : outcomes) outcome.isSelected = false;
    for (const std::size_t index : selected) outcomes[index].isSelected = true;
    return meanOfSelected(held, selected, sink);
}

Result<void> robust(const AggregationPlan& plan, const HeldUpdates& held, std::vector<UpdateOutcome>& outcomes, const ModelSink& sink)
{
    switch (plan.rule) {
    case AggregationRule::CoordinateMedian: return coordinateMedian(held, sink);
    case AggregationRule::TrimmedMean: return trimmedMean(held, plan.byzantineSites, sink);
    case AggregationRule::GeometricMedian: return geometricMedian(held, plan.smoothing, plan.iterations, sink);
    default: return krum(plan, held, outcomes, sink);
    }
}

Result<void> checkState(const AggregationPlan& plan, const ServerState& state, std::uint64_t modelValues)
{
    if (!isStateOf(state, plan.rule, modelValues)) {
        return fail(ErrorKind::Malformed, std::string("server state is not of ") + study::nameOf(plan.rule) + " for this model");
    }
    return {};
}

}  // namespace

bool isAverage(AggregationRule rule) { return rule < AggregationRule::CoordinateMedian; }

ModelManifest exchangedManifest(const AggregationPlan& plan, const ModelManifest& model)
{
    return plan.rule == AggregationRule::Scaffold ? withControls(model) : model;
}

Result<std::vector<UpdateOutcome>> aggregate(const AggregationPlan& plan, const ModelManifest& model, std::span<const StoredUpdate> updates,
                                             const UpdateSource& base, ServerState& state, const ModelSink& sink,
                                             const AggregationOptions& options)
{
    const std::uint64_t modelValues = elementsOf(model);
    TRY(checkState(plan, state, modelValues));
    TRY_ASSIGN(held, inOrder(updates, elementsOf(exchangedManifest(plan, model)), options));
    TRY_ASSIGN(clipping, clip(held, base, modelValues, plan.clipNorm));
    if (isAverage(plan.rule)) {
        TRY_ASSIGN(mean, HeldMean::create(held, options.populationWeight));
        const double whole = static_cast<double>(options.populationWeight == 0 ? mean.totalWeight() : options.populationWeight);
        const ServerStep step(plan, modelValues, static_cast<double>(mean.totalWeight()) / whole, base, state);
        TRY(finishAverage(held.values, held.workers, [&](const Block& block, std::span<float> out) { return mean.read(block, out); },
                          step, sink));
    } else {
        TRY(robust(plan, held, clipping.outcomes, sink));
    }
    ++state.rounds;
    return std::move(clipping.outcomes);
}

Result<void> aggregateFolded(const AggregationPlan& plan, const ModelManifest& model, const AverageFold& fold, const UpdateSource& base,
                             ServerState& state, const ModelSink& sink, const AggregationOptions& options)
{
    const std::uint64_t modelValues = elementsOf(model);
    const std::uint64_t values = elementsOf(exchangedManifest(plan, model));
    if (!isAverage(plan.rule)) return fail(ErrorKind::Malformed, std::string(study::nameOf(plan.rule)) + " is not an average");
    TRY(checkState(plan, state, modelValues));
    if (fold.values() != values) {
        return fail(ErrorKind::Malformed, "fold has " + std::to_string(fold.values()) + " values, want " + std::to_string(values));
    }
    const std::uint64_t whole = options.populationWeight == 0 ? fold.largestTotalWeight() : options.populationWeight;
    const ServerStep step(plan, modelValues, static_cast<double>(fold.totalWeight()) / static_cast<double>(whole), base, state);
    TRY(finishAverage(values, workersFor(values, options.threads),
                      [&](const Block& block, std::span<float> out) { return fold.finish(block.first, out); }, step, sink));
    ++state.rounds;
    return {};
}

Result<void> aggregateMean(const AggregationPlan& plan, const ModelManifest& model, const MeanOfPiece& mean, const UpdateSource& base,
                           ServerState& state, const ModelSink& sink, const AggregationOptions& options)
{
    const std::uint64_t modelValues = elementsOf(model);
    TRY(checkState(plan, state, modelValues));
    const ServerStep step(plan, modelValues, 1, base, state);
    TRY(finishAverage(modelValues, workersFor(modelValues, options.threads),
                      [&](const Block& block, std::span<float> out) { return mean(block.first, out); }, step, sink));
    ++state.rounds;
    return {};
}

}  // namespace quorate::learning
