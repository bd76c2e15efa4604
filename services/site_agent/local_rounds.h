// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/crypto/hpke.h"
#include "enclave_client/round_client.h"
#include "learning/rules/scaffold.h"
#include "learning/training.h"
#include "services/site_agent/control_store.h"
#include "services/site_agent/site_config.h"

namespace quorate::services {

/// What a site does with a task: open the model, train and evaluate on its own records. No network in here.
class LocalRounds {
public:
    LocalRounds(const SiteConfig& config, const hpke::PrivateKey& key, RandomSource random)
        : m_config(config), m_key(key), m_random(std::move(random))
    {
    }

    /// What a task is about, in plain, checked against its digest. Untrusted when key, model or digest do not fit.
    Result<learning::SentModel> openModel(const SiteTask& task, BytesView sealedModel) const;
    /// With noise for each record where the protocol protects records; with SCAFFOLD the site's next control variate is kept
    /// (control_store.h) before this returns. `timeLimit` as in LocalTraining.
    Result<SiteUpdate> train(const SiteTask& task, const learning::SentModel& base, const learning::IsCancelled& isCancelled,
                             std::optional<std::chrono::milliseconds> timeLimit = {}) const;
    /// On the site's test records.
    Result<study::Evaluation> evaluate(const learning::ModelWeights& model) const;
    /// The model that this site trains alone.
    Result<learning::ModelWeights> trainOwn() const;

private:
    [[nodiscard]] Result<ControlStore> controls() const;

    const SiteConfig& m_config;
    const hpke::PrivateKey& m_key;
    RandomSource m_random;
};

}  // namespace quorate::services
