// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/training.h"

#include <chrono>
#include <memory>

#include "learning/batch_order.h"
#include "learning/torch_network.h"

namespace quorate::learning {

namespace {

Result<void> checkTraining(const LocalTraining& training)
{
    const double rate = training.learningRate;
    if (!(rate > 0) || rate > 1e6) return fail(ErrorKind::Malformed, "learning rate is not above 0 and at most 1e6");
    return {};
}

std::unique_ptr<torch::optim::Optimizer> makeOptimiser(const LocalTraining& training, std::vector<torch::Tensor> weights)
{
    if (training.optimiser == study::Optimiser::Adam) {
        return std::make_unique<torch::optim::Adam>(std::move(weights), torch::optim::AdamOptions(training.learningRate));
    }
    return std::make_unique<torch::optim::SGD>(std::move(weights), torch::optim::SGDOptions(training.learningRate));
}

Result<void> runSteps(torch::nn::Linear& network, const schema::RecordSet& records, const LocalTraining& training,
                      const IsCancelled& isCancelled)
{
    const torch::Tensor features = featuresOf(records);
    const torch::Tensor targets = targetsOf(records);
    const auto optimiser = makeOptimiser(training, network->parameters());
    BatchOrder order(records.records(), training.batchSize, training.orderSeed);
    for (std::uint64_t step = 0; step < training.steps; ++step) {
        if (isCancelled && isCancelled()) return fail(ErrorKind::Cancelled, "training was cancelled");
        const auto batch = order.next();
        // from_blob only looks; index_select has copied before the next batch is drawn.
        const torch::Tensor rows = torch::from_blob(const_cast<std::int64_t*>(batch.data()),
                                                    {static_cast<std::int64_t>(batch.size())}, torch::kInt64);
        optimiser->zero_grad();
        const torch::Tensor loss = torch::binary_cross_entropy_with_logits(network->forward(features.index_select(0, rows)),
                                                                           targets.index_select(0, rows));
        loss.backward();
        optimiser->step();
    }
    return {};
}

}  // namespace

LocalTraining localTrainingOf(const study::TrainingPlan& plan, const std::string& site, std::uint32_t round)
{
    return {plan.optimiser, plan.learningRate, plan.localSteps, plan.batchSize, seedFor(plan.seed, site, round)};
}

LocalTraining epochsOf(study::Optimiser optimiser, double learningRate, std::uint32_t epochs, std::uint32_t batchSize,
                       std::size_t records, std::uint64_t orderSeed)
{
    const std::uint64_t steps = records == 0 ? 0 : epochs * BatchOrder(records, batchSize, 0).batchesPerPass();
    return {optimiser, learningRate, steps, batchSize, orderSeed};
}

Result<TrainedModel> train(const study::ModelSpec& spec, const ModelWeights& start, const schema::RecordSet& records,
                           const LocalTraining& training, const IsCancelled& isCancelled)
{
    TRY_ASSIGN(manifest, manifestOf(spec));
    TRY(checkAgainst(manifest, start));
    TRY(checkRecords(spec, records));
    TRY(checkTraining(training));
    const auto begin = std::chrono::steady_clock::now();
    auto trained = catchTorch([&]() -> Result<ModelWeights> {
        useOneTorchThread();
        torch::nn::Linear network = makeNetwork(spec);
        loadInto(network, start);
        TRY(runSteps(network, records, training, isCancelled));
        return weightsOf(network, manifest);
    });
    TRY(trained);
    if (auto checked = checkAgainst(manifest, *trained); !checked) return failAt("trained model", checked.error());
    TrainedModel result;
    result.updateNorm = distance(*trained, start);
    result.weights = std::move(*trained);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

}  // namespace quorate::learning
