// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "core/schema/dataset.h"
#include "learning/model.h"

namespace quorate::learning {

/// SCAFFOLD's control variates (Karimireddy et al. 2020): the service's c, and c_i, which the site keeps from round to round.
/// Both of the model's manifest, zero at first.
struct ControlVariates {
    ModelWeights service;
    ModelWeights site;
};

class RecordNoise;

/// One pass of local training.
struct LocalTraining {
    study::Optimiser optimiser = study::Optimiser::Sgd;
    double learningRate = 0.001;
    std::uint64_t steps = 100;    ///< Updates of the weights.
    std::uint32_t batchSize = 4;  ///< 0 = all records.
    std::uint64_t orderSeed = 0;  ///< Of the batches' order (batch_order.h).
    double proximalMu = 0;        ///< FedProx (Li et al. 2020): each gradient gains mu (w - start).
    const ControlVariates* controls = nullptr;  ///< Each gradient gains c - c_i; wants SGD. Outlives the call.
    /// DP-SGD: each step draws its own records, whatever batchSize says, clips each one's gradient and adds noise
    /// (record_privacy.h). Of as many records as are trained on, and not for a TimeToEvent. Outlives the call.
    const RecordNoise* noise = nullptr;
    /// Ends after it with the steps done, of which there is one at least. Wall time; none: all steps.
    std::optional<std::chrono::milliseconds> timeLimit{};
};

/// What the plan asks of one site in one round. `site` is the site's code.
LocalTraining localTrainingOf(const study::TrainingPlan& plan, const std::string& site, std::uint32_t round);
/// As many updates as `epochs` passes over `records` records take.
LocalTraining epochsOf(study::Optimiser optimiser, double learningRate, std::uint32_t epochs, std::uint32_t batchSize,
                       std::size_t records, std::uint64_t orderSeed);

using IsCancelled = std::function<bool()>;

/// How a training is watched and ended; each may be empty. Called on the training's thread, around every step.
struct TrainingWatch {
    IsCancelled isCancelled;                    ///< Asked before each step; true ends the training with Cancelled.
    std::function<void(std::uint64_t)> onStep;  ///< After each step, with the number done.
};

struct TrainedModel {
    ModelWeights weights;
    double seconds = 0;        ///< Wall time.
    double updateNorm = 0;     ///< L2 norm of (trained - start).
    std::uint64_t steps = 0;   ///< Done; fewer than asked for after the time limit.
    /// With control variates: the site's new one, c_i - c + (start - trained) / (steps * learning rate) (option II).
    std::optional<ModelWeights> control;
};

/// Trains a built-in model from `start` on standardised records, a fresh optimiser each time. The loss is the mean
/// cross-entropy or squared error of a batch, or the negative logarithm of its partial likelihood by event (the risk sets are
/// the batch's own). On one machine the same arguments give the same bits, and proximalMu 0 those of plain training.
/// Malformed when weights, controls or records do not fit the model, or training diverges.
Result<TrainedModel> train(const study::ModelSpec& spec, const ModelWeights& start, const schema::RecordSet& records,
                           const LocalTraining& training, const TrainingWatch& watch = {});

}  // namespace quorate::learning
