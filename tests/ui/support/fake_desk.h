// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <list>

#include "core/ports/audit_desk.h"
#include "core/ports/study_desk.h"

namespace quorate::tests {

/// A desk whose answers the test sets. Completions wait until finishCalls(); until then a page shows its call in flight.
class FakeDesk final : public StudyDesk {
public:
    struct Participation {
        Uuid study;
        study::Decision decision;
        std::vector<std::string> conditions;
        std::string reason;
        std::string passphrase;
    };
    struct Share {
        Uuid study;
        study::Decision decision;
        std::string reason;
        std::string passphrase;
    };
    struct Frozen {
        Uuid study;
        std::string reason;
        std::string passphrase;
    };
    struct Stop {
        Uuid study;
        release::Revocation::Kind kind;
        std::string reason;
        std::string passphrase;
        Digest32 freeze;
    };

    struct Order {
        Uuid study;
        study::OrderAction action;
        Uuid site;
        std::string reason;
        std::string passphrase;
        std::uint32_t number;
    };

    // What tests set.
    void setStatus(DeskStatus status);
    /// Adds the study, or replaces the one with the same id, and tells the listeners.
    void setStudy(StudySnapshot snapshot);
    void clearStudies();
    /// The next call that asks for an answer fails with `error`; later ones succeed.
    void failNext(Error error) { m_answers.push_back(std::move(error)); }
    /// Runs before a successful completion, as the service would change the study first.
    void onSuccess(std::function<void()> change) { m_onSuccess = std::move(change); }
    /// Completes every call in flight.
    void finishCalls() { m_executor.runQueued(); }
    /// This computer's log; outlives the desk. None by itself.
    void setLog(AuditDesk* log);
    void setFileAnswer(Result<NodeAppraisal> answer) { m_fileAnswer = std::move(answer); }

    // What tests read.
    std::vector<Participation> participations;
    std::vector<Share> shares;
    std::vector<Stop> stops;
    std::vector<Order> orders;
    std::vector<Uuid> nodeChecks;
    std::vector<Frozen> frozenStatements;
    std::vector<Uuid> startedStudies;
    std::vector<Uuid> actedAs;
    [[nodiscard]] std::size_t listenerCount() const { return m_listeners->size(); }

    [[nodiscard]] std::unique_ptr<Subscription> subscribe(Listener listener) override;
    [[nodiscard]] DeskStatus status() const override { return m_status; }
    [[nodiscard]] std::vector<std::shared_ptr<const StudySnapshot>> studies() const override { return m_studies; }
    void actAs(const Uuid& member) override;
    [[nodiscard]] PendingCall checkNodes(const Uuid& study, Completion<void> done) override;
    [[nodiscard]] PendingCall decideParticipation(ParticipationRequest request, Completion<void> done) override;
    [[nodiscard]] PendingCall freezeStatement(StatementRequest request, Completion<void> done) override;
    [[nodiscard]] PendingCall decideShare(ShareRequest request, Completion<void> done) override;
    [[nodiscard]] PendingCall stop(StopRequest request, Completion<void> done) override;
    [[nodiscard]] PendingCall startRounds(const Uuid& study, Completion<void> done) override;
    [[nodiscard]] PendingCall orderRounds(OrderRequest request, Completion<void> done) override;
    [[nodiscard]] Result<NodeAppraisal> appraiseFiles(const std::string& path) const override;

    /// Null unless the test opens one.
    [[nodiscard]] VaultDesk* vault() override { return m_vaultOpen ? &m_vault : nullptr; }

    /// The vault's passphrase is "right one".
    class Vault final : public VaultDesk {
    public:
        explicit Vault(FakeDesk& desk) : m_desk(desk) {}
        PendingCall info(Completion<VaultInfo> done) override;
        PendingCall changePassphrase(SecretBytes current, SecretBytes next, double unlockMs, Completion<void> done) override;
        PendingCall backUp(std::string file, Completion<void> done) override;
        PendingCall restore(std::string backup, std::string file, SecretBytes passphrase, Completion<std::string> done) override;
        PendingCall rotateKey(SecretBytes passphrase, Completion<void> done) override;
        PendingCall addKeystore(SecretBytes passphrase, Completion<void> done) override;
        PendingCall removeKeystore(Completion<void> done) override;
        PendingCall setIdleLock(std::chrono::minutes after, Completion<void> done) override;
        PendingCall lock(Completion<void> done) override;
        PendingCall unlock(SecretBytes passphrase, Completion<void> done) override;
        void touch() override { ++touches; }

        VaultInfo shown;
        std::string passphrase = "right one";
        std::vector<std::string> backups;
        std::vector<std::string> restored;  ///< "backup > file"
        std::string gap;                    ///< Of the next restored one.
        int rotations = 0;
        int touches = 0;

    private:
        PendingCall finish(Completion<void> done, bool right, std::function<void()> change);
        FakeDesk& m_desk;
    };
    Vault& openVault();
    [[nodiscard]] AuditDesk* audit() override { return m_log; }

private:
    using Listeners = std::list<Listener>;
    class Handle;

    PendingCall answer(Completion<void> done);
    void notify();

    ManualExecutor m_executor;
    DeskStatus m_status;
    AuditDesk* m_log = nullptr;
    std::vector<std::shared_ptr<const StudySnapshot>> m_studies;
    std::shared_ptr<Listeners> m_listeners = std::make_shared<Listeners>();
    std::deque<Error> m_answers;
    std::function<void()> m_onSuccess;
    Vault m_vault{*this};
    bool m_vaultOpen = false;
    Result<NodeAppraisal> m_fileAnswer = fail(ErrorKind::Unavailable, "no files were set");
};

}  // namespace quorate::tests
