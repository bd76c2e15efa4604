// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>

#include "learning/script/confinement.h"
#include "learning/training.h"

namespace quorate::learning {

/// The worker program beside this one, and what it may use.
struct ScriptWorker {
    std::filesystem::path program;   ///< quorate-script-worker
    ConfinementLimits limits;
    std::chrono::milliseconds deadline{600'000};  ///< Of one call, by the wall clock.
};

/// A TorchScript model whose file has the digest that the study approved. Its parsing, its operators' check against the list of
/// allowed ones and every run of it happen in a confined process of its own for each call (docs/formats/torchscript.md); what
/// goes wrong there comes back as one sentence, PolicyRefused when it is the file's fault.
class ScriptModel {
public:
    /// Untrusted unless the file's SHA-256 is spec.scriptDigest. Starts the worker once, for the file's tensors.
    static Result<ScriptModel> open(study::ModelSpec spec, Bytes script, ScriptWorker worker);

    /// The parameters as they stand in the file, in its order: the study's initial weights.
    [[nodiscard]] const ModelWeights& initialWeights() const { return m_initial; }
    /// As learning::train; isTimeUp and onStep of the watch are not asked.
    Result<TrainedModel> train(const ModelWeights& start, const schema::RecordSet& records, const LocalTraining& training,
                               const TrainingWatch& watch = {}) const;
    /// As learning::predict.
    [[nodiscard]] Result<std::vector<double>> predict(const ModelWeights& weights, const schema::RecordSet& records) const;

private:
    ScriptModel(study::ModelSpec spec, Bytes script, ScriptWorker worker)
        : m_spec(spec), m_script(std::move(script)), m_worker(std::move(worker))
    {
    }

    study::ModelSpec m_spec;
    Bytes m_script;
    ScriptWorker m_worker;
    ModelWeights m_initial;
};

}  // namespace quorate::learning
