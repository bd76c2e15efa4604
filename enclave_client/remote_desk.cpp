// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/remote_desk.h"

#include "enclave_client/desk_worker.h"
#include "enclave_client/evidence_files.h"
#include "enclave_client/vault_side.h"

namespace quorate {
namespace {

/// As the audit log names it.
const char* stopName(release::Revocation::Kind kind)
{
    switch (kind) {
    case release::Revocation::Kind::Freeze: return "freeze";
    case release::Revocation::Kind::Revoke: return "revoke";
    case release::Revocation::Kind::Thaw: return "thaw";
    }
    return "freeze";
}

/// Ends the subscription with the handle.
class ListenerHandle final : public StudyDesk::Subscription {
public:
    explicit ListenerHandle(std::function<void()> end) : m_end(std::move(end)) {}
    ~ListenerHandle() override { m_end(); }

private:
    std::function<void()> m_end;
};

}  // namespace

RemoteDesk::RemoteDesk(std::shared_ptr<View> view, std::unique_ptr<Worker> worker, std::unique_ptr<VaultSide> vault,
                       attestation::TrustAnchors anchors)
    : m_view(std::move(view)), m_worker(std::move(worker)), m_vault(std::move(vault)), m_anchors(std::move(anchors))
{
}
RemoteDesk::~RemoteDesk() = default;

Result<std::unique_ptr<RemoteDesk>> RemoteDesk::open(RemoteDeskOptions options, vault::Vault vault, Executor& executor, Clock clock,
                                                     RandomSource random)
{
    TRY_ASSIGN(package, study::verifyPackage(options.package, options.rosterRoot));
    auto view = std::make_shared<View>();
    KeystorePort* keystore = options.keystore;
    attestation::TrustAnchors anchors = options.anchors;
    auto worker = std::make_unique<Worker>(std::move(options), std::move(package), std::move(vault), view, executor, std::move(clock), random);
    TRY(worker->restore());
    worker->start();
    auto side = std::make_unique<VaultSide>(*worker, executor, keystore, std::move(random));
    return std::unique_ptr<RemoteDesk>(new RemoteDesk(std::move(view), std::move(worker), std::move(side), std::move(anchors)));
}

std::unique_ptr<StudyDesk::Subscription> RemoteDesk::subscribe(Listener listener)
{
    const int id = m_view->nextListener++;
    m_view->listeners.emplace(id, std::move(listener));
    return std::make_unique<ListenerHandle>([view = std::weak_ptr(m_view), id] {
        if (const auto alive = view.lock()) alive->listeners.erase(id);
    });
}

DeskStatus RemoteDesk::status() const { return m_view->status; }

std::vector<std::shared_ptr<const StudySnapshot>> RemoteDesk::studies() const
{
    if (!m_view->snapshot) return {};
    return {m_view->snapshot};
}

void RemoteDesk::actAs(const Uuid& member)
{
    m_worker->enqueue([member](Worker& worker) { worker.actAs(member); });
}

PendingCall RemoteDesk::checkNodes(const Uuid&, Completion<void> done)
{
    return m_worker->call(
        [](Worker& worker) -> Result<void> {
            TRY_ASSIGN(session, worker.attestedSession());
            TRY(worker.reattest(*session));
            return worker.refreshNodes();
        },
        std::move(done));
}

PendingCall RemoteDesk::decideParticipation(ParticipationRequest request, Completion<void> done)
{
    auto shared = std::make_shared<ParticipationRequest>(std::move(request));
    return m_worker->call(
        [shared](Worker& worker) -> Result<void> {
            TRY_ASSIGN(permit, worker.authorise(shared->identity, shared->passphrase));
            TRY_ASSIGN(session, worker.attestedSession());
            const bool approves = shared->decision == study::Decision::Approve;
            const auto record = worker.recordsSigned(std::move(permit), {audit::EventKind::ParticipationSigned, {}, {}, approves ? "approve" : "refuse",
                                                                         shared->reason, approves ? "approval" : "refusal", {}});
            TRY(session->decideParticipation(shared->decision, shared->conditions, shared->reason, record));
            return worker.refreshObjects();
        },
        std::move(done));
}

PendingCall RemoteDesk::freezeStatement(StatementRequest request, Completion<void> done)
{
    auto shared = std::make_shared<StatementRequest>(std::move(request));
    return m_worker->call(
        [shared](Worker& worker) -> Result<void> {
            TRY_ASSIGN(permit, worker.authorise(shared->identity, shared->passphrase));
            TRY_ASSIGN(session, worker.attestedSession());
            TRY(session->freezeStatement(
                worker.recordsSigned(std::move(permit), {audit::EventKind::StatementFrozen, {}, {}, {}, shared->reason, "authorship", {}})));
            return worker.refreshObjects();
        },
        std::move(done));
}

PendingCall RemoteDesk::decideShare(ShareRequest request, Completion<void> done)
{
    auto shared = std::make_shared<ShareRequest>(std::move(request));
    return m_worker->call(
        [shared](Worker& worker) -> Result<void> {
            TRY_ASSIGN(permit, worker.authorise(shared->identity, shared->passphrase));
            TRY_ASSIGN(session, worker.attestedSession());
            const bool approves = shared->decision == study::Decision::Approve;
            const auto record = worker.recordsSigned(std::move(permit), {approves ? audit::EventKind::ShareSealed : audit::EventKind::ShareRefused, {}, {},
                                                                         {}, shared->reason, approves ? "approval" : "refusal",
                                                                         {{"statement", shared->statement}}});
            TRY(session->decideShare(shared->statement, shared->decision, shared->reason, record));
            return worker.refreshObjects();
        },
        std::move(done));
}

PendingCall RemoteDesk::stop(StopRequest request, Completion<void> done)
{
    auto shared = std::make_shared<StopRequest>(std::move(request));
    return m_worker->call(
        [shared](Worker& worker) -> Result<void> {
            TRY_ASSIGN(permit, worker.authorise(shared->identity, shared->passphrase));
            TRY_ASSIGN(session, worker.attestedSession());
            std::map<std::string, Digest32> digests;
            if (!shared->freeze.isZero()) digests["freeze"] = shared->freeze;
            const auto record = worker.recordsSigned(std::move(permit), {audit::EventKind::StudyStopped, {}, {}, stopName(shared->kind), shared->reason,
                                                                         "responsibility", std::move(digests)});
            TRY(session->stop(shared->kind, shared->reason, shared->freeze, record));
            return worker.refreshObjects();
        },
        std::move(done));
}

PendingCall RemoteDesk::startRounds(const Uuid&, Completion<void> done)
{
    return m_worker->call(
        [](Worker& worker) -> Result<void> {
            TRY_ASSIGN(session, worker.attestedSession());
            TRY(worker.recordDecision({audit::EventKind::RoundsStarted, {}, {}, {}, {}, {}, {}}));
            return session->startRounds();
        },
        std::move(done));
}

PendingCall RemoteDesk::orderRounds(OrderRequest request, Completion<void> done)
{
    auto shared = std::make_shared<OrderRequest>(std::move(request));
    return m_worker->call(
        [shared](Worker& worker) -> Result<void> {
            TRY_ASSIGN(permit, worker.authorise(shared->identity, shared->passphrase));
            TRY_ASSIGN(session, worker.attestedSession());
            const auto record = worker.recordsSigned(std::move(permit), {audit::EventKind::RoundsOrdered, {}, shared->site,
                                                                         study::nameOf(shared->action), shared->reason, "responsibility", {}});
            TRY(session->orderRounds(shared->action, shared->site, shared->reason, shared->number, record));
            return worker.refreshObjects();
        },
        std::move(done));
}

Result<NodeAppraisal> RemoteDesk::appraiseFiles(const std::string& path) const { return appraiseEvidenceFiles(path, m_anchors); }

VaultDesk* RemoteDesk::vault() { return m_vault.get(); }

std::shared_ptr<const AuditLogState> RemoteDesk::auditLog() const { return m_view->audit; }

PendingCall RemoteDesk::readEntries(std::uint64_t begin, std::uint64_t end, Completion<std::vector<audit::Entry>> done)
{
    return m_worker->ask<std::vector<audit::Entry>>(
        [begin, end](Worker& worker, const Worker::Ticket&) { return worker.readEntries(begin, end); }, std::move(done));
}

PendingCall RemoteDesk::verifyLog(std::optional<std::uint64_t> entry, Progress progress, Completion<AuditVerification> done)
{
    return m_worker->ask<AuditVerification>(
        [entry, progress = std::move(progress)](Worker& worker, const Worker::Ticket& ticket) {
            return worker.verifyLog(entry, progress, ticket);
        },
        std::move(done));
}

PendingCall RemoteDesk::exportLog(AuditExportFormat format, const std::string& file, Completion<void> done)
{
    return m_worker->call([format, file](Worker& worker) { return worker.exportLog(format, file); }, std::move(done));
}

void RemoteDesk::setPooled(std::map<std::string, study::Evaluation> pooled)
{
    m_worker->enqueue([pooled = std::move(pooled)](Worker& worker) { worker.setPooled(pooled); });
}

}  // namespace quorate
