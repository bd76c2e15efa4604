// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/local_rounds.h"

#include "core/crypto/digest.h"
#include "learning/baseline.h"
#include "learning/network.h"
#include "learning/safetensors.h"

namespace quorate::services {
namespace {

constexpr std::size_t kNonceBytes = 12;

}  // namespace

Result<learning::ModelWeights> LocalRounds::openModel(const SiteTask& task, BytesView sealedModel) const
{
    const auto& protocol = m_config.package.protocol;
    TRY_ASSIGN(modelKey, hpke::open(m_key, modelKeyInfo(protocol.id, protocol.keyEpoch), modelKeyAad(m_config.site.id), task.sealedModelKey));
    if (sealedModel.size() < kNonceBytes) return fail(ErrorKind::Malformed, "model is shorter than its nonce");
    TRY_ASSIGN(plain, openAes256Gcm(modelKey.expose(), sealedModel.first(kNonceBytes), modelAad(protocol.id, task.modelDigest),
                                    sealedModel.subspan(kNonceBytes)));
    if (sha256(plain.expose()) != task.modelDigest) return fail(ErrorKind::Untrusted, "model has another digest than the task names");
    TRY_ASSIGN(model, learning::decodeSafetensors(plain.expose()));
    TRY_ASSIGN(manifest, learning::manifestOf(protocol.model));
    TRY(learning::checkAgainst(manifest, model));
    return model;
}

Result<SiteUpdate> LocalRounds::train(const SiteTask& task, const learning::ModelWeights& base,
                                      const learning::IsCancelled& isCancelled) const
{
    const auto& protocol = m_config.package.protocol;
    const auto& dataset = m_config.dataset;
    SiteUpdate update;
    update.round = task.round;
    update.baseModel = task.modelDigest;
    TRY_ASSIGN(before, learning::evaluateOn(protocol.model, base, dataset.test));
    const auto training = learning::localTrainingOf(protocol.plan, m_config.site.code, task.round);
    TRY_ASSIGN(trained, learning::train(protocol.model, base, dataset.train, training, isCancelled));
    TRY_ASSIGN(after, learning::evaluateOn(protocol.model, trained.weights, dataset.test));
    TRY_ASSIGN(weights, learning::encodeSafetensors(trained.weights));
    update.metrics = {before, after, static_cast<std::uint32_t>(dataset.train.records()), trained.seconds, trained.updateNorm, weights.size()};
    update.weights = std::move(weights);
    return update;
}

Result<study::Evaluation> LocalRounds::evaluateFederated(const learning::ModelWeights& model) const
{
    return learning::evaluateOn(m_config.package.protocol.model, model, m_config.dataset.test);
}

Result<study::Evaluation> LocalRounds::evaluateOwn() const
{
    learning::BaselinePlan plan;
    plan.seed = m_config.package.protocol.plan.seed;
    return learning::evaluateOwnModel(m_config.package.protocol.model, {m_config.site.code, &m_config.dataset}, plan);
}

}  // namespace quorate::services
