// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>

#include "core/crypto/identity.h"
#include "core/ports/audit_desk.h"
#include "core/ports/keystore.h"
#include "core/ports/study_desk.h"
#include "core/study/study_package.h"
#include "core/vault/vault.h"
#include "enclave_client/collateral_keeper.h"

namespace quorate {

/// What a desktop brings to one study.
struct RemoteDeskOptions {
    std::string service;                        ///< host:port; empty: show what the vault holds.
    study::StudyPackage package;
    PublicKey rosterRoot;
    attestation::TrustAnchors anchors;
    /// Who can be acted as; outlive the desk. The first one acts at the start, and owns the vault's log: signs its heads.
    std::vector<const Identity*> identities;
    bool demo = false;
    std::int32_t offsetMinutes = 0;             ///< Of local time from UTC, for the entries of the log.
    std::filesystem::path vaultFile{};          ///< Where the vault is.
    KeystorePort* keystore = nullptr;           ///< Outlives the desk; null where this computer has none.
    CollateralKeeper::Options collateral{};     ///< With a source only.
    std::unique_ptr<CollateralSource> collateralSource{};  ///< Null, as in the demo: nothing is fetched.
};

/// StudyDesk over the attested channel and the vault. One worker thread does everything that blocks, step by step; values
/// reach the executor by post(). A vault that takes no change is shown, and nothing is dialled. Every event, signed object and piece of evidence is in the vault before a page shows it.
class RemoteDesk final : public StudyDesk, public AuditDesk {
public:
    /// Takes the vault; reads what it holds of the study before anything is dialled.
    static Result<std::unique_ptr<RemoteDesk>> open(RemoteDeskOptions options, vault::Vault vault, Executor& executor, Clock clock,
                                                    RandomSource random);
    ~RemoteDesk() override;

    std::unique_ptr<Subscription> subscribe(Listener listener) override;
    DeskStatus status() const override;
    std::vector<std::shared_ptr<const StudySnapshot>> studies() const override;
    void actAs(const Uuid& member) override;
    PendingCall checkNodes(const Uuid& study, Completion<void> done) override;
    PendingCall decideParticipation(ParticipationRequest request, Completion<void> done) override;
    PendingCall freezeStatement(StatementRequest request, Completion<void> done) override;
    PendingCall decideShare(ShareRequest request, Completion<void> done) override;
    PendingCall stop(StopRequest request, Completion<void> done) override;
    PendingCall startRounds(const Uuid& study, Completion<void> done) override;
    PendingCall orderRounds(OrderRequest request, Completion<void> done) override;
    Result<NodeAppraisal> appraiseFiles(const std::string& path) const override;
    AuditDesk* audit() override { return this; }
    VaultDesk* vault() override;

    std::shared_ptr<const AuditLogState> auditLog() const override;
    PendingCall readEntries(std::uint64_t begin, std::uint64_t end, Completion<std::vector<audit::Entry>> done) override;
    PendingCall verifyLog(std::optional<std::uint64_t> entry, Progress progress, Completion<AuditVerification> done) override;
    PendingCall exportLog(AuditExportFormat format, const std::string& file, Completion<void> done) override;

    /// Demo: the pooled comparison by site code, once it is there.
    void setPooled(std::map<std::string, study::Evaluation> pooled);

private:
    class Worker;
    class VaultSide;
    struct View;
    RemoteDesk(std::shared_ptr<View> view, std::unique_ptr<Worker> worker, std::unique_ptr<VaultSide> vault,
               attestation::TrustAnchors anchors);

    std::shared_ptr<View> m_view;      ///< What the pages read; on the executor's thread only.
    std::unique_ptr<Worker> m_worker;
    std::unique_ptr<VaultSide> m_vault;
    attestation::TrustAnchors m_anchors;
};

}  // namespace quorate
