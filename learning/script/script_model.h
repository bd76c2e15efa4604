// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>

#include "learning/script/confinement.h"
#include "learning/study_model.h"

namespace quorate::learning {

inline constexpr std::size_t kMaxScriptBytes = 512ULL << 20;

/// The worker program beside this one, and what it may use.
struct ScriptWorker {
    std::filesystem::path program;   ///< quorate-script-worker
    ConfinementLimits limits;
    std::chrono::milliseconds deadline{600'000};  ///< Of one call, by the wall clock.
};

/// A TorchScript model whose file has the digest that the study approved. Its parsing, its operators' check against the list of
/// allowed ones and every run of it happen in a confined process of its own for each call (docs/formats/torchscript.md); what
/// goes wrong there comes back as one sentence, PolicyRefused when it is the file's fault.
class ScriptModel final : public StudyModel {
public:
    /// Untrusted unless the file's SHA-256 is spec.scriptDigest. Starts the worker once, for the file's tensors.
    static Result<ScriptModel> open(study::ModelSpec spec, Bytes script, ScriptWorker worker);

    [[nodiscard]] const study::ModelSpec& spec() const override { return m_spec; }
    [[nodiscard]] const ModelManifest& manifest() const override { return m_initial.tensors; }
    /// The parameters as they stand in the file, whatever the seed.
    [[nodiscard]] Result<ModelWeights> initialWeights(std::uint64_t seed) const override;
    /// onStep of the watch is not called. PolicyRefused with noise for records: the file's code could carry one
    /// record's values into another's gradient, where clipping does not find them.
    [[nodiscard]] Result<TrainedModel> train(const ModelWeights& start, const schema::RecordSet& records, const LocalTraining& training,
                                             const TrainingWatch& watch = {}) const override;
    [[nodiscard]] Result<std::vector<double>> predict(const ModelWeights& weights, const schema::RecordSet& records) const override;

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
