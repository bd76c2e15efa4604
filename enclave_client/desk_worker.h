// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "core/study/signing_session.h"
#include "enclave_client/event_stream.h"
#include "enclave_client/member_session.h"
#include "enclave_client/remote_desk.h"

namespace quorate {

/// What the pages read. Lives on the executor's thread.
struct RemoteDesk::View {
    DeskStatus status;
    std::shared_ptr<const StudySnapshot> snapshot;
    std::map<int, Listener> listeners;
    int nextListener = 0;

    void notify();
};

/// The blocking half of the desk: owns the vault, the sessions and the truth that snapshots are made from.
class RemoteDesk::Worker {
public:
    Worker(RemoteDeskOptions options, study::VerifiedPackage package, vault::Vault vault, std::shared_ptr<View> view,
           Executor& executor, Clock clock, RandomSource random);
    ~Worker();

    /// Reads the vault and makes the first snapshot; before start().
    Result<void> restore();
    void start();

    /// Runs on the worker's thread, in order. Thread-safe.
    using Job = std::function<void(Worker&)>;
    void enqueue(Job job);
    /// A job whose result goes to `done` on the executor, unless the call was abandoned by then.
    template <typename T, typename Step>
    PendingCall call(Step step, Completion<T> done);

    // For jobs:
    Result<MemberSession*> attestedSession();
    /// A fresh challenge; its answer is stored and shown, accepted or not. When it is not, `session` is gone.
    Result<void> reattest(MemberSession& session);
    /// One or two components (21 CFR 11.200), before anything is signed.
    Result<study::SigningPermit> authorise(const std::optional<Uuid>& identity, const SecretBytes& passphrase);
    /// In my name, with the digests of what every decision rests on; before anything is signed or sent.
    Result<void> recordDecision(vault::Decision decision);
    /// The same for what was authorised.
    Result<void> recordSigned(study::SigningPermit permit, vault::Decision decision);
    Result<void> refreshObjects();
    Result<void> refreshNodes();
    void actAs(const Uuid& member);
    void setPooled(std::map<std::string, study::Evaluation> pooled);

    // The vault itself (desk_vault.cpp):
    Result<VaultInfo> vaultInfo() const;
    Result<void> backUp(const std::string& file);
    Result<void> setIdleLock(std::chrono::minutes after);
    void lockVault();
    Result<void> unlockVault(const SecretBytes& passphrase);
    void touch();
    [[nodiscard]] vault::Vault& vault() { return m_vault; }
    [[nodiscard]] const std::filesystem::path& vaultFile() const { return m_options.vaultFile; }

private:
    void run();
    void pulse();
    void connect();
    void disconnect();
    void follow();
    void take(const study::StudyEvent& event);
    void takeQueuedEvents();
    /// Entries of the log carry my name from here on.
    void signEntriesAs(const study::Member& member);
    void beginSigning();
    void showSigning();
    Result<void> readIdleLock();
    Result<void> raiseVersions();
    void rememberObjects(const StudyRecord& record);
    void remember(const char* kind, const ReceivedEnvelope& received);
    [[nodiscard]] Digest32 nodeKeyOf(const Uuid& site) const;
    /// What this study asks of a node, with what the node showed.
    [[nodiscard]] attestation::AppraisalInputs inputsFor(attestation::Evidence evidence, attestation::Collateral collateral,
                                                         attestation::Transcript transcript, UtcMillis at) const;
    void rememberNode(const NodeAppraisal& node, UtcMillis at);
    void setNode(NodeAppraisal node);
    void showService(const AppraisedService& answer);
    void say(Connection connection, std::string detail);
    void publishView();

    RemoteDeskOptions m_options;
    study::VerifiedPackage m_package;
    vault::Vault m_vault;
    std::shared_ptr<View> m_view;
    Executor& m_executor;
    Clock m_clock;
    RandomSource m_random;

    // Of the worker's thread:
    DeskStatus m_status;
    StudySnapshot m_snapshot;
    const Identity* m_me = nullptr;
    std::optional<study::SigningSession> m_signing;
    std::unique_ptr<MemberSession> m_session;
    Bytes m_receiptKeySpki;             ///< Of the service that was accepted last.
    UtcMillis m_nextAttempt;
    bool m_dirty = true;
    bool m_objectsStale = false;
    bool m_nodesStale = false;
    std::unique_ptr<EventStream> m_stream;

    // Shared:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    std::deque<study::StudyEvent> m_events;
    std::optional<Error> m_streamEnd;
    bool m_closing = false;
    std::thread m_thread;
};

template <typename T, typename Step>
PendingCall RemoteDesk::Worker::call(Step step, Completion<T> done)
{
    auto state = std::make_shared<PendingCall::State>();
    enqueue([state, step = std::move(step), done = std::move(done)](Worker& worker) {
        Result<T> result = step(worker);
        worker.m_dirty = true;
        worker.publishView();
        worker.m_executor.post([state, result = std::move(result), done] {
            if (!state->abandoned) done(result);
        });
    });
    return PendingCall(std::move(state));
}

}  // namespace quorate
