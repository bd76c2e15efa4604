// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/study/metrics.h"
#include "learning/training.h"

namespace quorate::learning {

/// The model of a study, ready to be trained, whether it is built in or a TorchScript file. May be used by several threads.
class StudyModel {
public:
    virtual ~StudyModel() = default;

    [[nodiscard]] virtual const study::ModelSpec& spec() const = 0;
    [[nodiscard]] virtual const ModelManifest& manifest() const = 0;
    /// Where the study begins: drawn from the seed, or what a file brings. The same each time.
    [[nodiscard]] virtual Result<ModelWeights> initialWeights(std::uint64_t seed) const = 0;
    /// As learning::train.
    [[nodiscard]] virtual Result<TrainedModel> train(const ModelWeights& start, const schema::RecordSet& records,
                                                     const LocalTraining& training, const TrainingWatch& watch = {}) const = 0;
    /// As learning::predict.
    [[nodiscard]] virtual Result<std::vector<double>> predict(const ModelWeights& weights, const schema::RecordSet& records) const = 0;

    /// predict(), then metrics.h's evaluate().
    [[nodiscard]] Result<study::Evaluation> evaluate(const ModelWeights& weights, const schema::RecordSet& records) const;

protected:
    StudyModel() = default;
    StudyModel(const StudyModel&) = default;
    StudyModel(StudyModel&&) = default;
    StudyModel& operator=(const StudyModel&) = default;
    StudyModel& operator=(StudyModel&&) = default;
};

/// Fails as manifestOf(): for a TorchScript model, whose tensors are in its file, too.
Result<std::unique_ptr<StudyModel>> builtInModel(const study::ModelSpec& spec);

}  // namespace quorate::learning
