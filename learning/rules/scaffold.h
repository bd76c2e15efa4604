// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>

#include "learning/model.h"

namespace quorate::learning {

/// The model's tensors, and once more as "control/<name>".
ModelManifest withControls(const ModelManifest& model);

/// What a site was sent, taken apart: the model, and the service's control variate where there was one behind it.
struct SentModel {
    ModelWeights model;
    std::optional<ModelWeights> control;
};
/// `sent` is of the model's manifest or of withControls() of it.
SentModel takeApart(const ModelManifest& model, ModelWeights sent);
/// What a site uploads, of withControls(): the trained model and the change of its control variate. All three of one manifest.
ModelWeights withControlChange(const ModelWeights& trained, const ModelWeights& before, const ModelWeights& after);

/// SCAFFOLD (Karimireddy et al. 2020), the service's half. Sites are weighted by training records in both means, so that c
/// stays the mean of the sites' c_i that the model's mean stands for.
/// model = base + rate (mean - base); `next` holds the mean and takes the model. Rate above 0; with 1 it is the mean.
void scaffoldModelStep(double rate, std::span<const float> base, std::span<float> next);
/// c += share x mean change of the c_i; `share` is this round's part of all sites' records, in (0, 1].
void scaffoldControlStep(double share, std::span<const float> meanChange, std::span<float> control);

}  // namespace quorate::learning
