// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "core/audit/export.h"
#include "core/attestation/verify/memo.h"
#include "core/study/signing_session.h"
#include "core/study/version_rule.h"
#include "enclave_client/collateral_keeper.h"
#include "enclave_client/event_stream.h"
#include "enclave_client/member_session.h"
#include "enclave_client/remote_desk.h"

namespace quorate {

/// What the pages read. Lives on the executor's thread.
struct RemoteDesk::View {
    DeskStatus status;
    std::shared_ptr<const StudySnapshot> snapshot;
    std::shared_ptr<const AuditLogState> audit;
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
    /// Whether somebody still waits for a job's result.
    struct Ticket {
        std::shared_ptr<PendingCall::State> state = std::make_shared<PendingCall::State>();
        std::atomic<bool> isCancelled = false;
    };
    /// A job whose result goes to `done` on the executor, unless the call was abandoned by then.
    template <typename T>
    PendingCall ask(std::function<Result<T>(Worker&, const Ticket&)> question, Completion<T> done)
    {
        auto ticket = std::make_shared<Ticket>();
        // The ticket has the state: the other way round only a weak hold.
        ticket->state->cancel = [weak = std::weak_ptr(ticket)] {
            if (const auto alive = weak.lock()) alive->isCancelled = true;
        };
        enqueue([ticket, question = std::move(question), done = std::move(done)](Worker& worker) {
            auto result = question(worker, *ticket);
            worker.m_dirty = true;
            worker.publishView();
            worker.m_executor.post([state = ticket->state, result = std::move(result), done] {
                if (!state->abandoned) done(result);
            });
        });
        return PendingCall(ticket->state);
    }
    template <typename T, typename Step>
    PendingCall call(Step step, Completion<T> done)
    {
        return ask<T>([step = std::move(step)](Worker& worker, const Ticket&) -> Result<T> { return step(worker); }, std::move(done));
    }

    // For jobs:
    Result<MemberSession*> attestedSession();
    /// A fresh challenge; its answer is stored and shown, accepted or not. When it is not, `session` is gone.
    Result<void> reattest(MemberSession& session);
    /// One or two components (21 CFR 11.200), before anything is signed.
    Result<study::SigningPermit> authorise(const std::optional<Uuid>& identity, const SecretBytes& passphrase);
    /// In my name, with the digests of what every decision rests on; before anything is signed or sent.
    Result<void> recordDecision(vault::Decision decision);
    /// The same for what was authorised, between the signature and the sending: a key that does not sign leaves no entry, and
    /// without its entry nothing is sent.
    MemberSession::BeforeSending recordsSigned(study::SigningPermit permit, vault::Decision decision);
    Result<void> refreshObjects();
    Result<void> refreshNodes();
    void actAs(const Uuid& member);
    void setPooled(std::map<std::string, study::Evaluation> pooled);
    Result<AuditVerification> verifyLog(std::optional<std::uint64_t> entry, const AuditDesk::Progress& progress, const Ticket& ticket);
    Result<std::vector<audit::Entry>> readEntries(std::uint64_t begin, std::uint64_t end) const;
    Result<void> exportLog(AuditExportFormat format, const std::string& file);

    // The vault itself (desk_vault.cpp):
    Result<VaultInfo> vaultInfo();
    Result<std::string> restoreBackup(const std::string& backup, const std::string& file, const SecretBytes& passphrase) const;
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
    /// Where the owner's signing key is, when it is on a token.
    Result<std::optional<SigningToken>> signingToken();
    // desk_roster.cpp:
    void adoptRoster(study::Roster newest, const Digest32& digest);
    /// The newest that the vault has accepted.
    Result<void> restoreRoster();
    /// The service's; only a later one, signed by the root, replaces mine.
    Result<void> refreshRoster();
    void tendRoster();
    /// PolicyRefused when the newest roster does not let me act now.
    [[nodiscard]] Result<void> requireStanding() const;
    Result<void> raiseVersions();
    void rememberObjects(const StudyRecord& record);
    /// Those that a coordinator of the roster has signed about this protocol.
    [[nodiscard]] std::vector<SignedBy<study::RoundOrder>> ordersIn(const StudyRecord& record) const;
    void remember(const char* kind, const ReceivedEnvelope& received);
    [[nodiscard]] Digest32 nodeKeyOf(const Uuid& site) const;
    /// What this study asks of a node, with what the node showed.
    [[nodiscard]] attestation::AppraisalInputs inputsFor(attestation::Evidence evidence, attestation::Collateral collateral,
                                                         attestation::Transcript transcript, UtcMillis at) const;
    /// The appraisal with what the study accepted by then.
    [[nodiscard]] NodeAppraisal appraised(const Uuid& site, std::string name, attestation::AppraisalInputs inputs);
    /// The envelopes of m_acceptances.
    [[nodiscard]] std::vector<dsse::Envelope> acceptances() const;
    [[nodiscard]] Result<study::VerifiedAcceptance> acceptanceOf(const ReceivedEnvelope& received) const;
    void rememberAcceptances(const StudyRecord& record);
    void rememberNode(const NodeAppraisal& node, UtcMillis at);
    void setNode(NodeAppraisal node);
    void showService(const AppraisedService& answer);
    void say(Connection connection, std::string detail);
    void publishView();

    // The log and its witness, in desk_witness.cpp and desk_audit.cpp:
    /// The service's newest checkpoint of my log against the log; before the log grows.
    Result<void> compareWithWitness();
    /// The same on a new session; false, and disconnected, when the vault takes no change any more.
    bool tendComparison();
    Result<void> signHead();
    Result<void> cosignHead();
    /// My head's line of the service, from the head that it cosigned last.
    Result<void> cosignAt(const audit::SignedCheckpoint& mine);
    /// What a service that has forgotten is shown besides the newest head, so that other members can go on from theirs.
    [[nodiscard]] Result<std::vector<audit::SignedCheckpoint>> headsToShowAnew() const;
    /// What is due of signing and cosigning; a failure is shown, and cosigning tried again later.
    void tendWitness();
    /// Now and then: cosigns the logs of other members, and takes what they cosigned of mine (desk_peers.cpp).
    void tendPeers();
    Result<void> cosignForOthers();
    Result<void> cosignOther(audit::Witness& witness, const audit::HeadToCosign& head);
    /// Of each other member of the roster, the newest head that I cosigned.
    [[nodiscard]] Result<std::map<Uuid, audit::SignedCheckpoint>> watchedHeads() const;
    Result<void> takeOthersLines();
    [[nodiscard]] bool ownerActs() const { return m_me != nullptr && m_me == m_options.identities.front(); }
    [[nodiscard]] Result<void> requireWritable() const;
    /// Signatures of every kept checkpoint, into `out`.
    Result<void> verifySignatures(AuditVerification& out) const;
    [[nodiscard]] Result<std::vector<AuditCheckpoint>> shownCheckpoints() const;
    [[nodiscard]] std::shared_ptr<const AuditLogState> auditState();

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
    attestation::AppraisalMemo m_memo;  ///< The same platforms are appraised again and again.
    const Identity* m_me = nullptr;
    study::Roster m_newestRoster;
    study::ObjectVersion m_rosterVersion;
    UtcMillis m_nextRoster;
    std::optional<study::SigningSession> m_signing;
    std::unique_ptr<MemberSession> m_session;
    Bytes m_receiptKeySpki;             ///< Of the service that was accepted last.
    UtcMillis m_nextAttempt;
    std::vector<ReceivedEnvelope> m_acceptances;  ///< Of products; each held when it was given.
    bool m_dirty = true;
    bool m_objectsStale = false;
    bool m_nodesStale = false;
    std::unique_ptr<EventStream> m_stream;
    bool m_signDue = false;
    bool m_cosignDue = false;
    UtcMillis m_nextCosign;
    std::optional<std::uint64_t> m_witnessSize;  ///< Of my log's head at this session's service; empty: to be asked.
    std::optional<Error> m_witnessProblem;
    UtcMillis m_nextPeers;
    std::optional<Error> m_peersProblem;
    bool m_checkpointsStale = true;
    std::shared_ptr<const AuditLogState> m_audit;

    // Shared:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    std::deque<study::StudyEvent> m_events;
    std::optional<Error> m_streamEnd;
    bool m_closing = false;
    std::thread m_thread;
    std::unique_ptr<CollateralKeeper> m_collateral;  ///< Last: its thread asks for jobs.
};

}  // namespace quorate
