// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/baseline.h"

#include "learning/batch_order.h"
#include "learning/network.h"

namespace quorate::learning {

namespace {

/// `name` separates the batch orders of different models of one seed.
Result<ModelWeights> trainAlone(const study::ModelSpec& spec, const schema::RecordSet& records, const std::string& name,
                                const BaselinePlan& plan, const IsCancelled& isCancelled)
{
    TRY_ASSIGN(start, initialWeights(spec, plan.seed));
    const LocalTraining training = epochsOf(study::Optimiser::Adam, plan.learningRate, plan.epochs, plan.batchSize,
                                            records.records(), seedFor(plan.seed, name, 0));
    TRY_ASSIGN(trained, train(spec, start, records, training, {isCancelled, {}, {}}));
    return std::move(trained.weights);
}

schema::RecordSet pooled(std::span<const SiteRecords> sites)
{
    schema::RecordSet all;
    for (const SiteRecords& site : sites) {
        const schema::RecordSet& train = site.dataset->train;
        all.columns = train.columns;
        all.targetKind = train.targetKind;
        all.events.insert(all.events.end(), train.events.begin(), train.events.end());
        all.features.insert(all.features.end(), train.features.begin(), train.features.end());
        all.targets.insert(all.targets.end(), train.targets.begin(), train.targets.end());
    }
    return all;
}

}  // namespace

Result<ModelWeights> trainOwnModel(const study::ModelSpec& spec, const SiteRecords& site, const BaselinePlan& plan,
                                   const IsCancelled& isCancelled)
{
    return trainAlone(spec, site.dataset->train, "own/" + site.site, plan, isCancelled);
}

Result<study::Evaluation> evaluateOwnModel(const study::ModelSpec& spec, const SiteRecords& site, const BaselinePlan& plan,
                                           const IsCancelled& isCancelled)
{
    TRY_ASSIGN(weights, trainOwnModel(spec, site, plan, isCancelled));
    return evaluateOn(spec, weights, site.dataset->test);
}

Result<std::vector<study::Evaluation>> evaluatePooledModel(const study::ModelSpec& spec, std::span<const SiteRecords> sites,
                                                           const BaselinePlan& plan, const IsCancelled& isCancelled)
{
    TRY_ASSIGN(weights, trainAlone(spec, pooled(sites), "pooled", plan, isCancelled));
    std::vector<study::Evaluation> evaluations;
    for (const SiteRecords& site : sites) {
        TRY_ASSIGN(evaluation, evaluateOn(spec, weights, site.dataset->test));
        evaluations.push_back(evaluation);
    }
    return evaluations;
}

}  // namespace quorate::learning
