// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "enclave_client/collateral_keeper.h"
#include "services/aggregation/evidence/evidence_provider.h"
#include "services/site_agent/local_report.h"
#include "services/site_agent/local_rounds.h"
#include "services/site_agent/policy_guard.h"

namespace quorate::services {

/// The agent beside a hospital's data: it dials the service, believes it only after its evidence, joins with evidence of its
/// own where there is a TEE, and works off tasks until the study is done.
class SiteAgent {
public:
    /// `provider` null: this node has no TEE. `anchors`: what the service's evidence must lead to.
    SiteAgent(const SiteConfig& config, std::string service, attestation::TrustAnchors anchors,
              std::unique_ptr<EvidenceProvider> provider, Clock clock, RandomSource random);

    /// An update is sent no earlier than this after its task came; for rehearsals that people watch.
    void setLeastRoundTime(std::chrono::milliseconds time) { m_leastRoundTime = time; }
    /// Completes the service's collateral from what is kept; evidence that lacks some is then asked about again instead of
    /// refused for good. Outlives run().
    void setCollateral(CollateralKeeper& collateral) { m_collateral = &collateral; }
    /// Until the study is done or the service is refused. Loss of the connection is waited out.
    Result<void> run();

private:
    /// What is missing may be on its way.
    [[nodiscard]] bool mayComeLater(const attestation::AppraisalResult& result) const;
    Result<void> session(const AttestedChannel& channel);
    Result<void> join(const RoundClient& client);
    /// The study can do without it: a failure is logged.
    Result<void> offerPreview(const AttestedChannel& channel) const;
    /// Leaves the task's update in m_update; none when it is too late for it.
    Result<void> train(const LocalRounds& local, const SiteTask& task, const learning::SentModel& model,
                       const SitePolicy& policy);
    /// A round that this site's privacy has no room for goes on without it; any other reason is returned.
    static Result<void> sitOut(const SiteTask& task, const Error& reason);
    /// Tells how the final model does, beside the one that this site trains alone.
    Result<void> finish(const RoundClient& client, const LocalRounds& local, ComparedModels models, const SitePolicy& policy) const;
    /// A report that cannot be written keeps nobody waiting: a failure is logged.
    void writeReport(const ComparedModels& models, const SitePolicy& policy) const;
    /// False when the study is done.
    Result<bool> work(const RoundClient& client, const SiteTask& task);

    const SiteConfig& m_config;
    std::string m_service;
    attestation::TrustAnchors m_anchors;
    std::unique_ptr<EvidenceProvider> m_provider;
    CollateralKeeper* m_collateral = nullptr;
    Clock m_clock;
    RandomSource m_random;
    std::optional<hpke::PrivateKey> m_key;
    SeenReceipt m_seenReceipt;
    std::optional<SiteUpdate> m_update;  ///< Trained, and not known to be accepted.
    std::chrono::milliseconds m_leastRoundTime{0};
};

}  // namespace quorate::services
