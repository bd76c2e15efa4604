// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/local_rounds.h"

#include "core/crypto/sealed_records.h"
#include "learning/aggregate.h"
#include "learning/baseline.h"
#include "learning/record_privacy.h"
#include "learning/safetensors.h"

namespace quorate::services {
namespace {

/// Fills `values` from the sealed records, which must hold exactly these.
Result<void> openValues(BytesView modelKey, const Uuid& study, BytesView sealed, std::span<float> values)
{
    const std::span<std::uint8_t> out(reinterpret_cast<std::uint8_t*>(values.data()), values.size_bytes());
    if (sealed.size() != sealedSizeOf(out.size())) {
        return fail(ErrorKind::Malformed, "sealed model is " + std::to_string(sealed.size()) + " bytes, want " +
                                              std::to_string(sealedSizeOf(out.size())));
    }
    TRY_ASSIGN(records, SealedRecords::open(modelKey, modelLabel(study), sealed.first(SealedRecords::kHeaderBytes)));
    sealed = sealed.subspan(SealedRecords::kHeaderBytes);
    std::uint64_t number = 0;
    for (std::size_t offset = 0; offset < out.size(); offset += SealedRecords::kRecordBytes) {
        const std::size_t size = std::min(SealedRecords::kRecordBytes, out.size() - offset);
        TRY(records.unseal(number++, sealed.first(size + SealedRecords::kTagBytes), out.subspan(offset, size)));
        sealed = sealed.subspan(size + SealedRecords::kTagBytes);
    }
    return {};
}

}  // namespace

Result<learning::SentModel> LocalRounds::openModel(const SiteTask& task, BytesView sealedModel) const
{
    const auto& protocol = m_config.package.protocol;
    TRY_ASSIGN(modelKey, hpke::open(m_key, modelKeyInfo(protocol.id, protocol.keyEpoch), modelKeyAad(m_config.site.id), task.sealedModelKey));
    learning::ModelWeights model;
    model.tensors = learning::exchangedManifest(protocol.plan.aggregation, m_config.model->manifest());
    model.values.resize(learning::elementsOf(model.tensors));
    TRY(openValues(modelKey.expose(), protocol.id, sealedModel, model.values));
    TRY_ASSIGN(digest, learning::digestOf(model));
    if (digest != task.modelDigest) return fail(ErrorKind::Untrusted, "model has another digest than the task names");
    TRY(learning::checkAgainst(model.tensors, model));
    return learning::takeApart(m_config.model->manifest(), std::move(model));
}

Result<ControlStore> LocalRounds::controls() const
{
    return ControlStore(m_config.files.identity, m_config.package.protocol.id, m_config.model->manifest());
}

Result<SiteUpdate> LocalRounds::train(const SiteTask& task, const learning::SentModel& base,
                                      const learning::IsCancelled& isCancelled,
                                      std::optional<std::chrono::milliseconds> timeLimit) const
{
    const auto& protocol = m_config.package.protocol;
    const auto& dataset = m_config.dataset;
    SiteUpdate update;
    update.round = task.round;
    update.baseModel = task.modelDigest;
    TRY_ASSIGN(before, m_config.model->evaluate(base.model, dataset.test));
    auto training = learning::localTrainingOf(protocol.plan, m_config.site.code, task.round);
    training.timeLimit = timeLimit;
    std::optional<learning::RecordNoise> noise;
    if (protocol.plan.privacy.kind == study::PrivacyKind::RecordLevel) {
        TRY_ASSIGN(made, learning::RecordNoise::make(protocol.plan.privacy, dataset.train.records(), m_random));
        noise = std::move(made);
        training.noise = &*noise;
    }
    TRY_ASSIGN(store, controls());
    std::optional<learning::ControlVariates> variates;
    if (base.control) {
        TRY_ASSIGN(own, store.after(task.takenUpdate));
        training.controls = &variates.emplace(learning::ControlVariates{*base.control, std::move(own)});
    }
    TRY_ASSIGN(trained, m_config.model->train(base.model, dataset.train, training, {isCancelled, {}}));
    TRY_ASSIGN(after, m_config.model->evaluate(trained.weights, dataset.test));
    if (trained.control) trained.weights = learning::withControlChange(trained.weights, variates->site, *trained.control);
    TRY_ASSIGN(weights, learning::encodeSafetensors(trained.weights));
    const std::size_t fileBytes = weights.size();
    TRY_ASSIGN(file, study::UpdateFile::of(std::move(weights)));
    if (trained.control) TRY(store.keep(task.takenUpdate, file.digest(), *trained.control));
    update.file = std::move(file);
    update.metrics = {before, after, static_cast<std::uint32_t>(dataset.train.records()), trained.seconds, trained.updateNorm, fileBytes, trained.steps};
    return update;
}

Result<study::Evaluation> LocalRounds::evaluate(const learning::ModelWeights& model) const
{
    return m_config.model->evaluate(model, m_config.dataset.test);
}

Result<learning::ModelWeights> LocalRounds::trainOwn() const
{
    learning::BaselinePlan plan;
    plan.seed = m_config.package.protocol.plan.seed;
    return learning::trainOwnModel(*m_config.model, {m_config.site.code, &m_config.dataset}, plan);
}

}  // namespace quorate::services
