// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/baseline.h"

#include "learning/batch_order.h"

namespace quorate::learning {

namespace {

/// `name` separates the batch orders of different models of one seed.
Result<ModelWeights> trainAlone(const StudyModel& model, const schema::RecordSet& records, const std::string& name,
                                const BaselinePlan& plan, const IsCancelled& isCancelled)
{
    TRY_ASSIGN(start, model.initialWeights(plan.seed));
    const LocalTraining training = epochsOf(study::Optimiser::Adam, plan.learningRate, plan.epochs, plan.batchSize,
                                            records.records(), seedFor(plan.seed, name, 0));
    TRY_ASSIGN(trained, model.train(start, records, training, {isCancelled, {}}));
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

Result<ModelWeights> trainOwnModel(const StudyModel& model, const SiteRecords& site, const BaselinePlan& plan,
                                   const IsCancelled& isCancelled)
{
    return trainAlone(model, site.dataset->train, "own/" + site.site, plan, isCancelled);
}

Result<study::Evaluation> evaluateOwnModel(const StudyModel& model, const SiteRecords& site, const BaselinePlan& plan,
                                           const IsCancelled& isCancelled)
{
    TRY_ASSIGN(weights, trainOwnModel(model, site, plan, isCancelled));
    return model.evaluate(weights, site.dataset->test);
}

Result<std::vector<study::Evaluation>> evaluatePooledModel(const StudyModel& model, std::span<const SiteRecords> sites,
                                                           const BaselinePlan& plan, const IsCancelled& isCancelled)
{
    TRY_ASSIGN(weights, trainAlone(model, pooled(sites), "pooled", plan, isCancelled));
    std::vector<study::Evaluation> evaluations;
    for (const SiteRecords& site : sites) {
        TRY_ASSIGN(evaluation, model.evaluate(weights, site.dataset->test));
        evaluations.push_back(evaluation);
    }
    return evaluations;
}

}  // namespace quorate::learning
