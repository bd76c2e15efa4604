// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/model_start.h"

#include "learning/initial_weights.h"

namespace quorate::learning {

namespace {

class BuiltInStart final : public ModelStart {
public:
    BuiltInStart(const study::ModelSpec& spec, ModelManifest manifest) : m_spec(spec), m_manifest(std::move(manifest)) {}

    [[nodiscard]] const ModelManifest& manifest() const override { return m_manifest; }
    [[nodiscard]] Result<ModelWeights> initialWeights(std::uint64_t seed) const override { return learning::initialWeights(m_spec, seed); }

private:
    study::ModelSpec m_spec;
    ModelManifest m_manifest;
};

}  // namespace

Result<std::unique_ptr<ModelStart>> builtInStart(const study::ModelSpec& spec)
{
    TRY_ASSIGN(manifest, manifestOf(spec));
    return std::make_unique<BuiltInStart>(spec, std::move(manifest));
}

}  // namespace quorate::learning
