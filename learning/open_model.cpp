// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/open_model.h"

#include "learning/initial_weights.h"
#include "learning/network.h"

namespace quorate::learning {

namespace {

class BuiltInModel final : public StudyModel {
public:
    BuiltInModel(const study::ModelSpec& spec, ModelManifest manifest) : m_spec(spec), m_manifest(std::move(manifest)) {}

    [[nodiscard]] const study::ModelSpec& spec() const override { return m_spec; }
    [[nodiscard]] const ModelManifest& manifest() const override { return m_manifest; }
    [[nodiscard]] Result<ModelWeights> initialWeights(std::uint64_t seed) const override { return learning::initialWeights(m_spec, seed); }
    [[nodiscard]] Result<TrainedModel> train(const ModelWeights& start, const schema::RecordSet& records, const LocalTraining& training,
                                             const TrainingWatch& watch) const override
    {
        return learning::train(m_spec, start, records, training, watch);
    }
    [[nodiscard]] Result<std::vector<double>> predict(const ModelWeights& weights, const schema::RecordSet& records) const override
    {
        return learning::predict(m_spec, weights, records);
    }

private:
    study::ModelSpec m_spec;
    ModelManifest m_manifest;
};

}  // namespace

Result<std::unique_ptr<StudyModel>> builtInModel(const study::ModelSpec& spec)
{
    TRY_ASSIGN(manifest, manifestOf(spec));
    return std::make_unique<BuiltInModel>(spec, std::move(manifest));
}

Result<std::unique_ptr<StudyModel>> openModel(const study::ModelSpec& spec, const ScriptFolder& scripts)
{
    if (spec.kind != study::ModelKind::TorchScript) return builtInModel(spec);
    TRY_ASSIGN(model, openScript(spec, scripts));
    return std::make_unique<ScriptModel>(std::move(model));
}

}  // namespace quorate::learning
