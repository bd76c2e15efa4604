// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "core/schema/dataset.h"
#include "learning/model.h"
#include "learning/training.h"

namespace quorate::learning {

enum class ScriptTaskKind { Describe, Train, Predict };

/// What the confined process is asked to do with a TorchScript file.
struct ScriptTask {
    ScriptTaskKind kind = ScriptTaskKind::Describe;
    study::ModelSpec spec;                     ///< inputs, outputs and sequenceLength count.
    Bytes script;
    ModelWeights weights;                      ///< Not of Describe.
    schema::RecordSet records;                 ///< Not of Describe; without groupings.
    LocalTraining training;                    ///< Of Train; `controls` is not used.
    std::optional<ControlVariates> controls;
};

/// What it answers: of Describe the file's own weights, of Train the trained ones.
struct ScriptAnswer {
    ModelWeights weights;
    std::uint64_t steps = 0;
    std::optional<ModelWeights> control;
    std::vector<double> predictions;
};

/// Between two programs of one build on one machine. What is decoded is length-checked, not yet checked against a model.
Result<Bytes> encode(const ScriptTask& task);
Result<ScriptTask> decodeScriptTask(BytesView bytes);
Result<Bytes> encode(const Result<ScriptAnswer>& answer);
/// The answer, or the error that the other side reports, whose text is cut to 500 printable characters.
Result<ScriptAnswer> decodeScriptAnswer(BytesView bytes);

}  // namespace quorate::learning
