// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/private_average.h"

#include <algorithm>

#include "core/privacy/discrete_gaussian.h"
#include "core/privacy/site_level.h"
#include "learning/block_walk.h"
#include "learning/rules/norm_clipping.h"

namespace quorate::learning {

namespace {

Result<std::vector<StoredUpdate>> inOrder(std::span<const StoredUpdate> updates, const SitePrivacyRound& round)
{
    if (updates.size() > round.sites) {
        return fail(ErrorKind::Malformed, std::to_string(updates.size()) + " updates are more than the study's " +
                                              std::to_string(round.sites) + " sites");
    }
    std::vector<StoredUpdate> sorted(updates.begin(), updates.end());
    std::sort(sorted.begin(), sorted.end(), [](const StoredUpdate& a, const StoredUpdate& b) { return a.site < b.site; });
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end(),
                                          [](const StoredUpdate& a, const StoredUpdate& b) { return a.site == b.site; });
    if (twice != sorted.end()) return fail(ErrorKind::Malformed, "site " + twice->site + ": sent two updates for one round");
    return sorted;
}

/// Clips one change and adds it; its norm.
Result<double> addClipped(AverageFold& fold, const UpdateSource& update, const UpdateSource& base, double clipNorm, unsigned workers)
{
    TRY_ASSIGN(norm, changeNorm(update, base, fold.values(), workers));
    const double factor = clipFactor(norm, clipNorm);
    TRY(fold.admit(1));
    std::vector<RowReader> readers(workers, RowReader({&update, &base}, kBlockValues));
    TRY(walkBlocks(fold.values(), kBlockValues, workers, [&](const Block& block) -> Result<void> {
        TRY_ASSIGN(rows, readers[block.worker].rows(block.first, block.count));
        return fold.addChange(block.first, {rows[0], block.count}, {rows[1], block.count}, 1, factor);
    }, [](const Block&) { return Result<void>(); }));
    return norm;
}

}  // namespace

Result<PrivateOutcome> aggregatePrivately(const study::AggregationPlan& plan, const ModelManifest& model,
                                          std::span<const StoredUpdate> updates, const UpdateSource& base, ServerState& state,
                                          const ModelSink& sink, const SitePrivacyRound& round, const RandomSource& random,
                                          const AggregationOptions& options)
{
    if (!isAverage(plan.rule) || plan.rule == study::AggregationRule::Scaffold) {
        return fail(ErrorKind::Malformed, std::string(study::nameOf(plan.rule)) + " makes no plain sum that noise could cover");
    }
    if (!(round.denominator > 0)) return fail(ErrorKind::Malformed, "the fixed denominator is not above 0");
    TRY_ASSIGN(sorted, inOrder(updates, round));
    const std::uint64_t values = elementsOf(model);
    TRY_ASSIGN(fold, AverageFold::create({values, std::max<std::uint64_t>(round.sites, 1), options.largestValue}));
    TRY_ASSIGN(deviation, privacy::noiseOnGrid(round.noiseMultiplier, round.clipNorm, fold.scale()));
    const unsigned workers = workersFor(values, options.threads);
    PrivateOutcome out;
    for (const StoredUpdate& update : sorted) {
        const auto norm = addClipped(fold, *update.values, base, round.clipNorm, workers);
        if (!norm) return failAt("site " + update.site, norm.error());
        out.outcomes.push_back({update.site, true, clipFactor(*norm, round.clipNorm)});
        out.withinNorm += *norm <= round.clipNorm ? 1U : 0U;
    }
    TRY(privacy::addDiscreteGaussian(fold.totals(), deviation, random));
    const double divisor = fold.scale() * round.denominator;
    const auto mean = [&](std::uint64_t first, std::span<float> next) -> Result<void> {
        TRY(base.read(first, next));
        const auto totals = fold.totals().subspan(static_cast<std::size_t>(first), next.size());
        for (std::size_t i = 0; i < next.size(); ++i) {
            next[i] = static_cast<float>(static_cast<double>(next[i]) + static_cast<double>(totals[i]) / divisor);
        }
        return {};
    };
    TRY(aggregateMean(plan, model, mean, base, state, sink, options));
    return out;
}

}  // namespace quorate::learning
