// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/trainable.h"
#include "learning/training.h"

namespace quorate::learning {

/// Fails unless rate, controls and manifest can be trained with.
Result<void> checkTraining(const ModelManifest& manifest, const LocalTraining& training);

/// Steps of the optimiser on `model`, which starts from `start` and has `records` records.
template <typename Scalar>
Result<TrainedModel> runTraining(Trainable<Scalar>& model, const ModelWeights& start, std::size_t records, const LocalTraining& training,
                                 const TrainingWatch& watch);

extern template Result<TrainedModel> runTraining(Trainable<float>&, const ModelWeights&, std::size_t, const LocalTraining&, const TrainingWatch&);
extern template Result<TrainedModel> runTraining(Trainable<double>&, const ModelWeights&, std::size_t, const LocalTraining&, const TrainingWatch&);

}  // namespace quorate::learning
