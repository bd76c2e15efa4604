// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/training.h"

#include "learning/batch_order.h"
#include "learning/linear_model.h"
#include "learning/model_records.h"
#include "learning/record_privacy.h"
#include "learning/torch_network.h"
#include "learning/training_loop.h"

namespace quorate::learning {

LocalTraining localTrainingOf(const study::TrainingPlan& plan, const std::string& site, std::uint32_t round)
{
    return {plan.optimiser, plan.learningRate, plan.localSteps, plan.batchSize, seedFor(plan.seed, site, round), plan.proximalMu};
}

LocalTraining epochsOf(study::Optimiser optimiser, double learningRate, std::uint32_t epochs, std::uint32_t batchSize,
                       std::size_t records, std::uint64_t orderSeed)
{
    const std::uint64_t steps = records == 0 ? 0 : epochs * BatchOrder(records, batchSize, 0).batchesPerPass();
    return {optimiser, learningRate, steps, batchSize, orderSeed};
}

namespace {

Result<void> checkNoise(const schema::RecordSet& records, const RecordNoise* noise)
{
    if (noise == nullptr) return {};
    if (records.targetKind == schema::TargetKind::TimeToEvent) {
        return fail(ErrorKind::PolicyRefused, "the loss of a time to an event is no sum over records, so that no record's share can be clipped");
    }
    if (noise->records() != records.records()) {
        return fail(ErrorKind::Malformed, "the noise is for " + std::to_string(noise->records()) + " records, there are " +
                                              std::to_string(records.records()));
    }
    return {};
}

}  // namespace

Result<TrainedModel> train(const study::ModelSpec& spec, const ModelWeights& start, const schema::RecordSet& records,
                           const LocalTraining& training, const TrainingWatch& watch)
{
    TRY_ASSIGN(manifest, manifestOf(spec));
    TRY(checkAgainst(manifest, start));
    TRY(checkRecords(spec, records));
    TRY(checkTraining(manifest, training));
    TRY(checkNoise(records, training.noise));
    if (isLinear(spec.kind)) {
        LinearModel model(spec, start, records);
        return runTraining(model, start, records.records(), training, watch);
    }
    return catchTorch([&]() -> Result<TrainedModel> {
        useOneTorchThread();
        TorchModel model(spec, makeNetwork(spec, start), records);
        return runTraining(model, start, records.records(), training, watch);
    });
}

}  // namespace quorate::learning
