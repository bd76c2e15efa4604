// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/desk_worker.h"

#include "enclave_client/evidence_files.h"

namespace quorate {
namespace {

constexpr std::chrono::milliseconds kPulse{100};   // at most ten repaints a second
constexpr std::chrono::seconds kRetryAfter{2};
constexpr std::chrono::seconds kAskRefusedAfter{30};
constexpr std::size_t kMaxQueuedEvents = 100000;

}  // namespace

void RemoteDesk::View::notify()
{
    // A listener may subscribe or unsubscribe.
    const auto copy = listeners;
    for (const auto& [id, listener] : copy) {
        if (listeners.contains(id)) listener();
    }
}

RemoteDesk::Worker::Worker(RemoteDeskOptions options, study::VerifiedPackage package, vault::Vault vault, std::shared_ptr<View> view,
                           Executor& executor, Clock clock, RandomSource random)
    : m_options(std::move(options)), m_package(std::move(package)), m_vault(std::move(vault)), m_view(std::move(view)),
      m_executor(executor), m_clock(std::move(clock)), m_random(std::move(random)),
      m_snapshot{m_package.protocolDigest, m_package.roster, m_package.referenceValues, m_package.policy,
                 study::StudyProjection(m_package.protocol), {}, {}, {}, {}, {}, {}, {}}
{
    m_status.demo = m_options.demo;
    for (const auto* identity : m_options.identities) m_status.playable.push_back(identity->member);
    m_newestRoster = m_package.roster;
    m_rosterVersion = {m_package.roster.version, m_options.package.roster.payloadDigest()};
    if (!m_options.identities.empty()) {
        m_me = m_options.identities.front();
        m_status.me = m_me->member;
        signEntriesAs(m_me->member);
        beginSigning();
    }
}

RemoteDesk::Worker::~Worker()
{
    // No more jobs from there. Appraisals that are under way still ask it, so it goes last.
    if (m_collateral) m_collateral->stop();
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable()) m_thread.join();
}

void RemoteDesk::Worker::start()
{
    m_thread = std::thread([this] { run(); });
    if (m_options.collateralSource == nullptr) return;
    // What was fetched may turn a refusal of before.
    const auto changed = [this] {
        enqueue([](Worker& worker) {
            worker.m_status.collateral = worker.m_collateral->state();
            worker.m_nodesStale = true;
            worker.m_dirty = true;
        });
    };
    m_collateral = std::make_unique<CollateralKeeper>(m_options.collateral, std::move(m_options.collateralSource), m_clock, changed);
    enqueue([](Worker& worker) {
        worker.m_status.collateral = worker.m_collateral->state();
        worker.m_dirty = true;
    });
}

void RemoteDesk::Worker::enqueue(Job job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_all();
}

void RemoteDesk::Worker::run()
{
    while (true) {
        std::deque<Job> jobs;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait_for(lock, kPulse, [this] { return m_closing || !m_jobs.empty(); });
            if (m_closing) break;
            jobs.swap(m_jobs);
        }
        for (auto& job : jobs) job(*this);
        pulse();
    }
    m_stream.reset();
    m_session.reset();
    // So that the file beside the vault knows of all that it holds; who cannot sign now does so next time.
    (void)signHead();
}

void RemoteDesk::Worker::pulse()
{
    if (m_status.locked) {
        publishView();
        return;
    }
    takeQueuedEvents();
    std::optional<Error> end;
    {
        const std::lock_guard lock(m_mutex);
        end.swap(m_streamEnd);
    }
    if (end) {
        disconnect();
        say(Connection::Lost, end->message);
    }
    // Evidence that became too old, or was refused on the way: proved anew, or the channel is closed.
    if (m_session != nullptr && !m_session->channel().isAttested()) (void)reattest(*m_session);
    const bool mayDial = !m_options.service.empty() && m_me != nullptr && requireWritable();
    if (mayDial && m_session == nullptr && m_clock() >= m_nextAttempt) connect();
    if (m_session != nullptr && m_objectsStale) (void)refreshObjects();
    if (m_session != nullptr && m_nodesStale) (void)refreshNodes();
    tendWitness();
    tendPeers();
    tendRoster();
    publishView();
}

void RemoteDesk::Worker::disconnect()
{
    m_stream.reset();
    m_session.reset();
    m_witnessSize.reset();
    m_nextAttempt = m_clock() + kRetryAfter;
    // What the stream brought before it ended counts; the next one begins after it.
    takeQueuedEvents();
    const std::lock_guard lock(m_mutex);
    m_streamEnd.reset();
}

void RemoteDesk::Worker::takeQueuedEvents()
{
    std::deque<study::StudyEvent> events;
    {
        const std::lock_guard lock(m_mutex);
        events.swap(m_events);
    }
    for (const auto& event : events) take(event);
}

void RemoteDesk::Worker::take(const study::StudyEvent& event)
{
    auto next = m_snapshot.projection;
    auto applied = next.apply(event);
    // Nothing is shown that was not stored first.
    if (applied) applied = m_vault.appendEvent(event);
    if (!applied) {
        say(Connection::Lost, applied.error().message);
        const std::lock_guard lock(m_mutex);
        m_streamEnd = applied.error();
        return;
    }
    m_snapshot.projection = std::move(next);
    m_dirty = true;
    using study::EventKind;
    switch (event.kind) {
    case EventKind::SiteJoined:
    case EventKind::SiteLost: m_nodesStale = true; break;
    case EventKind::RoundOpened:
    case EventKind::UpdateAccepted:
    case EventKind::SiteDropped:
    case EventKind::RoundAggregated: break;
    default: m_objectsStale = true;
    }
}

void RemoteDesk::Worker::say(Connection connection, std::string detail)
{
    m_status.connection = connection;
    m_status.detail = std::move(detail);
    m_dirty = true;
}

void RemoteDesk::Worker::publishView()
{
    if (!m_dirty) return;
    m_dirty = false;
    // Nothing of a locked vault is shown.
    const auto shown = m_status.locked ? nullptr : std::make_shared<const StudySnapshot>(m_snapshot);
    const auto log = m_status.locked ? nullptr : auditState();
    m_executor.post([view = m_view, status = m_status, snapshot = shown, audit = log] {
        view->status = status;
        view->snapshot = snapshot;
        view->audit = audit;
        view->notify();
    });
}

void RemoteDesk::Worker::connect()
{
    m_nextAttempt = m_clock() + kRetryAfter;
    if (m_status.connection == Connection::Offline) say(Connection::Connecting, m_options.service);
    publishView();
    auto session = std::make_unique<MemberSession>(*m_me, m_options.service, m_package, m_options.anchors, m_clock, m_random);
    if (m_collateral) {
        session->completeCollateralBy([keeper = m_collateral.get()](const auto& evidence, auto& have) { keeper->complete(evidence, have); });
    }
    session->useAcceptances(m_snapshot.roster, acceptances());
    auto answer = session->connect();
    if (!answer) {
        say(Connection::Lost, answer.error().message);
        return;
    }
    if (answer->result.verdict == attestation::Verdict::Refused) {
        showService(*answer);
        m_nextAttempt = m_clock() + kAskRefusedAfter;
        return;
    }
    m_receiptKeySpki = answer->receiptKeySpkiDer;
    m_session = std::move(session);
    m_nextRoster = {};
    if (!tendComparison()) return;
    showService(*answer);
    say(Connection::Connected, m_options.service);
    (void)refreshObjects();
    (void)refreshNodes();
    follow();
}

void RemoteDesk::Worker::showService(const AppraisedService& answer)
{
    NodeAppraisal node = shown({}, "Aggregation service", answer.inputs, study::AcceptingAppraisal{answer.result, answer.acceptance});
    rememberNode(node, m_clock());
    setNode(std::move(node));
    const auto accepted = requireAccepted(answer.result);
    if (accepted) {
        m_status.evidenceAt = m_clock();
    } else {
        say(Connection::Refused, accepted.error().message);
    }
}

void RemoteDesk::Worker::follow()
{
    {
        const std::lock_guard lock(m_mutex);
        m_events.clear();
        m_streamEnd.reset();
    }
    m_stream = std::make_unique<EventStream>(
        m_session->channel(), m_package.protocol.id, m_snapshot.projection.lastSequence(),
        [this](study::StudyEvent event) {
            const std::lock_guard lock(m_mutex);
            if (m_events.size() < kMaxQueuedEvents) m_events.push_back(std::move(event));
        },
        [this](Error error) {
            const std::lock_guard lock(m_mutex);
            m_streamEnd = std::move(error);
        });
}

void RemoteDesk::Worker::actAs(const Uuid& member)
{
    if (m_status.locked) return;
    for (const auto* identity : m_options.identities) {
        if (identity->member.id != member) continue;
        disconnect();
        m_me = identity;
        m_status.me = identity->member;
        signEntriesAs(identity->member);
        beginSigning();
        m_nextAttempt = {};
        m_dirty = true;
    }
}

Result<MemberSession*> RemoteDesk::Worker::attestedSession()
{
    if (m_status.locked) return fail(ErrorKind::Unavailable, "the vault is locked");
    TRY(requireWritable());
    if (m_session == nullptr && !m_options.service.empty()) connect();
    TRY(requireWritable());
    if (m_session == nullptr) {
        return fail(m_status.connection == Connection::Refused ? ErrorKind::PolicyRefused : ErrorKind::Unavailable,
                    m_options.service.empty() ? "no service is connected" : m_status.detail);
    }
    if (!m_session->channel().isAttested()) {
        TRY(reattest(*m_session));
    }
    return m_session.get();
}

Result<void> RemoteDesk::Worker::reattest(MemberSession& session)
{
    session.useAcceptances(m_snapshot.roster, acceptances());
    const auto answer = session.connect();
    if (!answer) {
        disconnect();
        say(Connection::Lost, answer.error().message);
        return tl::unexpected(answer.error());
    }
    showService(*answer);
    const auto accepted = requireAccepted(answer->result);
    if (!accepted) disconnect();
    return accepted;
}

void RemoteDesk::Worker::setPooled(std::map<std::string, study::Evaluation> pooled)
{
    for (const auto& site : m_package.protocol.sites) {
        if (const auto found = pooled.find(site.code); found != pooled.end()) m_snapshot.pooled[site.id] = found->second;
    }
    m_dirty = true;
}

}  // namespace quorate
