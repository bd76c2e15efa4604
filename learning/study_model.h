// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/metrics.h"
#include "learning/model_start.h"
#include "learning/training.h"

namespace quorate::learning {

/// The model of a study, ready to be trained, whether it is built in or a TorchScript file. May be used by several threads.
class StudyModel : public ModelStart {
public:
    [[nodiscard]] virtual const study::ModelSpec& spec() const = 0;
    /// As learning::train.
    [[nodiscard]] virtual Result<TrainedModel> train(const ModelWeights& start, const schema::RecordSet& records,
                                                     const LocalTraining& training, const TrainingWatch& watch = {}) const = 0;
    /// As learning::predict.
    [[nodiscard]] virtual Result<std::vector<double>> predict(const ModelWeights& weights, const schema::RecordSet& records) const = 0;

    /// predict(), then metrics.h's evaluate().
    [[nodiscard]] Result<study::Evaluation> evaluate(const ModelWeights& weights, const schema::RecordSet& records) const;
};

}  // namespace quorate::learning
