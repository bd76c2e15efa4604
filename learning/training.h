// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "core/schema/dataset.h"
#include "learning/model.h"

namespace quorate::learning {

/// Asked before each step; true ends the training with Cancelled.
using IsCancelled = std::function<bool()>;

/// One pass of local training.
struct LocalTraining {
    study::Optimiser optimiser = study::Optimiser::Sgd;
    double learningRate = 0.001;
    std::uint64_t steps = 100;    ///< Updates of the weights.
    std::uint32_t batchSize = 4;  ///< 0 = all records.
    std::uint64_t orderSeed = 0;  ///< Of the batches' order (batch_order.h).
};

/// What the plan asks of one site in one round. `site` is the site's code.
LocalTraining localTrainingOf(const study::TrainingPlan& plan, const std::string& site, std::uint32_t round);
/// As many updates as `epochs` passes over `records` records take.
LocalTraining epochsOf(study::Optimiser optimiser, double learningRate, std::uint32_t epochs, std::uint32_t batchSize,
                       std::size_t records, std::uint64_t orderSeed);

struct TrainedModel {
    ModelWeights weights;
    double seconds = 0;     ///< Wall time.
    double updateNorm = 0;  ///< L2 norm of (trained - start).
};

/// Trains from `start` on standardised records with mean binary cross-entropy, a fresh optimiser each time. On one machine
/// the same arguments give the same bits. Malformed when weights or records do not fit the model, or training diverges.
Result<TrainedModel> train(const study::ModelSpec& spec, const ModelWeights& start, const schema::RecordSet& records,
                           const LocalTraining& training, const IsCancelled& isCancelled = {});

}  // namespace quorate::learning
