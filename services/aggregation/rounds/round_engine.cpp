// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/round_engine.h"

#include "core/base/log.h"
#include "core/study/receipt.h"

namespace quorate::services {

RoundEngine::RoundEngine(const study::VerifiedPackage& package, std::unique_ptr<const learning::ModelStart> model, EventLog& log,
                         const AcceptanceBook& acceptances, const ServiceAttester& attester, attestation::TrustAnchors anchors, std::filesystem::path folder, Clock clock,
                         RandomSource random)
    : m_package(package), m_studyModel(std::move(model)), m_log(log), m_acceptances(acceptances), m_attester(attester), m_anchors(std::move(anchors)), m_clock(std::move(clock)),
      m_random(std::move(random)), m_folder(std::move(folder))
{
    for (const auto& site : package.protocol.sites) m_sites[site.id] = {};
}

void RoundEngine::emit(study::EventKind kind, const Uuid& site, const std::string& code, const Digest32& digest,
                       std::uint32_t count, std::uint32_t total)
{
    study::StudyEvent event;
    event.kind = kind;
    event.site = site;
    event.code = code;
    event.digest = digest;
    event.count = count;
    event.total = total;
    event.round = m_phase == Phase::Idle || m_phase == Phase::WaitingForSites ? 0 : m_round;
    if (auto appended = m_log.append(event); !appended) logError("event log", appended.error());
}

void RoundEngine::publishModel(std::shared_ptr<const ModelFile> model)
{
    if (m_model) m_model->discard();
    m_model = std::move(model);
}

Result<void> RoundEngine::start()
{
    const std::lock_guard lock(m_mutex);
    if (!m_store) return fail(ErrorKind::PolicyRefused, "the study's key has not been released");
    if (m_phase != Phase::Idle) return fail(ErrorKind::PolicyRefused, "the rounds have been started already");
    KeptState change;
    change.started = true;
    TRY(m_store->keep(change));
    m_phase = Phase::WaitingForSites;
    m_round = 1;
    m_deadline = m_clock() + kGatheringTime;
    return {};
}

void RoundEngine::freeze()
{
    const std::lock_guard lock(m_mutex);
    m_halted = true;
    m_changed.notify_all();
}

void RoundEngine::thaw()
{
    const std::lock_guard lock(m_mutex);
    m_halted = false;
    // What came in before the freeze is asked for again: nothing half-finished counts.
    if (m_phase == Phase::Collecting) openRound();
    m_changed.notify_all();
}

void RoundEngine::revoke()
{
    const std::lock_guard lock(m_mutex);
    m_halted = true;
    m_phase = Phase::Revoked;
    m_log.keepWith({});
    m_incoming.clear();
    m_updates.clear();
    m_mean.reset();
    m_model.reset();
    if (m_store) m_store->wipe();
    m_store.reset();
    m_changed.notify_all();
}

void RoundEngine::close()
{
    const std::lock_guard lock(m_mutex);
    m_closing = true;
    m_changed.notify_all();
}

bool RoundEngine::mayTakePart(const Uuid& site) const
{
    const auto* spec = m_package.protocol.findSite(site);
    if (spec == nullptr || spec->ethics.expires <= toSeconds(m_clock()) || !isStillAccepted(m_sites.at(site))) return false;
    if (m_orders.exclusionOf(site) != nullptr) return false;
    return m_log.read([&](const study::StudyProjection& projection) { return projection.sites().at(site).approved; });
}

std::set<Uuid> RoundEngine::ready() const
{
    std::set<Uuid> out;
    for (const auto& [id, site] : m_sites) {
        if (site.joined && mayTakePart(id)) out.insert(id);
    }
    return out;
}

void RoundEngine::tick()
{
    std::unique_lock lock(m_mutex);
    if (m_halted) return;
    dropNoLongerAccepted();
    const auto now = m_clock();
    if (m_phase == Phase::WaitingForSites) {
        if (m_orders.pause() != nullptr) return;
        const std::size_t here = ready().size();
        const bool all = here + m_orders.excludedSites() == m_sites.size();
        if (here >= m_package.protocol.plan.minimumSites && (all || now >= m_deadline)) openRound();
    } else if (m_phase == Phase::Collecting) {
        if (m_updates.size() + m_rejected.size() == m_expected.size() || now >= m_deadline) closeRound(lock);
    } else if (m_phase == Phase::Evaluating) {
        const bool all = std::all_of(m_expected.begin(), m_expected.end(), [&](const Uuid& id) { return m_sites[id].reported; });
        if (all || now >= m_deadline) {
            if (auto finished = finish(); !finished) logError("finishing the study", finished.error());
        }
    }
}

void RoundEngine::openRound()
{
    auto sampled = m_privacy->sample(ready(), m_random);
    if (!sampled) {
        // Nobody is asked before the generator works again.
        logError("sampling sites", sampled.error());
        waitForSites();
        return;
    }
    m_phase = Phase::Collecting;
    m_expected = std::move(*sampled);
    KeptState change;
    change.opened = OpenedRound{m_round, m_expected};
    if (auto kept = m_store->keep(change); !kept) logError("round " + std::to_string(m_round), kept.error());
    beginMean();
    discardUpdates();
    m_rejected.clear();
    m_deadline = m_clock() + std::chrono::seconds(m_package.protocol.plan.roundDeadlineSeconds);
    emit(study::EventKind::RoundOpened, {}, {}, m_model->digest(), static_cast<std::uint32_t>(m_expected.size()),
         m_package.protocol.plan.rounds);
    m_changed.notify_all();
}

void RoundEngine::discardUpdates()
{
    m_incoming.clear();
    for (const auto& [site, update] : m_updates) update.values->discard();
    m_updates.clear();
}

void RoundEngine::waitForSites()
{
    m_phase = Phase::WaitingForSites;
    m_deadline = m_clock() + kGatheringTime;
}

/// Who is missing is not waited for again until it has joined anew.
void RoundEngine::dropMissing()
{
    for (const auto& id : m_expected) {
        if (m_updates.contains(id) || m_rejected.contains(id)) continue;
        m_sites[id].joined = false;
        emit(study::EventKind::SiteDropped, id, "deadline");
        emit(study::EventKind::SiteLost, id, "deadline");
    }
}

void RoundEngine::closeRound(std::unique_lock<std::mutex>& lock)
{
    dropMissing();
    Result<bool> closed = false;
    while (closed && !*closed) {
        if (m_updates.size() < m_privacy->fewestUpdates()) {
            emit(study::EventKind::RoundFailed, {}, "too-few-updates", m_model->digest(), static_cast<std::uint32_t>(m_updates.size()));
            waitForSites();
            return;
        }
        closed = aggregate(lock);
    }
    if (!closed) {
        logError("aggregation", closed.error());
        if (closed.error().kind == ErrorKind::Cancelled) return;
        emit(study::EventKind::RoundFailed, {}, "aggregation", m_model->digest());
        m_phase = Phase::WaitingForSites;
        return;
    }
    goOnAfterRound();
}

void RoundEngine::goOnAfterRound()
{
    const auto& plan = m_package.protocol.plan;
    const bool isPaused = m_orders.pause() != nullptr;
    if (m_round < plan.rounds && m_privacy->allowsAnother()) {
        ++m_round;
        if (!isPaused && ready().size() >= plan.minimumSites) {
            openRound();
        } else {
            waitForSites();
        }
        m_changed.notify_all();
        return;
    }
    if (m_round < plan.rounds) {
        study::StudyEvent event;
        event.kind = study::EventKind::PrivacyBudgetReached;
        event.round = m_round;
        event.total = plan.rounds;
        event.epsilon = m_privacy->spent();
        if (auto appended = m_log.append(event); !appended) logError("event log", appended.error());
    }
    if (isPaused) {
        m_phase = Phase::Held;
    } else {
        beginEvaluation();
    }
    m_changed.notify_all();
}

void RoundEngine::beginEvaluation()
{
    m_phase = Phase::Evaluating;
    m_mean.reset();
    m_expected = ready();
    m_deadline = m_clock() + std::chrono::seconds(m_package.protocol.plan.roundDeadlineSeconds);
}

Result<bool> RoundEngine::aggregate(std::unique_lock<std::mutex>& lock)
{
    const auto& plan = m_package.protocol.plan.aggregation;
    const auto held = m_updates;  // What is read below stays, whatever happens to the round meanwhile.
    ClosingRound round{plan, m_manifest, {}, m_model, m_privacy->siteRound(), 0};
    if (plan.rule == study::AggregationRule::Scaffold) round.populationWeight = populationWeight();
    for (const auto& [id, update] : held) {
        round.updates.push_back({m_package.protocol.findSite(id)->code, update.metrics.trainRecords, update.values.get()});
    }
    TRY_ASSIGN(writer, m_store->modelWriter(m_exchanged));
    round.folded = closeMean(held);
    learning::ServerState state = m_serverState;
    m_phase = Phase::Aggregating;
    lock.unlock();
    auto folded = foldRound(round, state, std::move(writer), m_random);
    lock.lock();
    if (m_phase != Phase::Aggregating || m_halted) {
        if (folded) folded->model->discard();
        // A thaw opens the round again.
        if (m_phase == Phase::Aggregating) m_phase = Phase::Collecting;
        return fail(ErrorKind::Cancelled, "the study was stopped while round " + std::to_string(m_round) + " was aggregated");
    }
    if (m_updates.size() != held.size()) {
        if (folded) folded->model->discard();
        return false;
    }
    TRY(folded);
    TRY(closeWith(std::move(*folded), std::move(state)));
    return true;
}

std::uint64_t RoundEngine::populationWeight() const
{
    std::uint64_t sum = 0;
    for (const auto& [id, site] : m_sites) {
        // A site may have joined anew with other records since it sent its update.
        const auto update = m_updates.find(id);
        sum += update == m_updates.end() ? site.trainRecords : update->second.metrics.trainRecords;
    }
    return sum;
}

/// Receipt and model are kept in one record: a round is closed or it is not.
Result<void> RoundEngine::closeWith(FoldedRound folded, learning::ServerState state)
{
    auto& model = folded.model;
    RoundPrivacy privacy = *m_privacy;
    TRY_ASSIGN(spent, privacy.charge(m_round, folded.withinNorm, m_updates.size(), m_random));
    TRY_ASSIGN(receipt, signReceipt(folded, spent));
    KeptState change;
    change.model = KeptModel{model->digest(), model->path().filename().string()};
    change.receipts.push_back(receipt);
    TRY_ASSIGN(stateFile, m_store->writeServerState(state));
    change.serverStateFile = stateFile;
    TRY(m_store->keep(change));
    TRY(m_store->flush());
    m_store->discard(std::exchange(m_serverStateFile, std::move(stateFile)));
    m_serverState = std::move(state);
    m_privacy = std::move(privacy);
    publishModel(std::move(model));
    m_receipts.push_back(std::move(receipt));
    for (const auto& [id, update] : m_updates) m_sites[id].takenUpdate = update.digest;
    announceAggregated(static_cast<std::uint32_t>(m_updates.size()), static_cast<std::uint32_t>(m_expected.size()));
    emit(study::EventKind::ReceiptSigned, {}, {}, lastReceipt());
    discardUpdates();
    return {};
}

void RoundEngine::announceAggregated(std::uint32_t used, std::uint32_t expected)
{
    study::StudyEvent event;
    event.kind = study::EventKind::RoundAggregated;
    event.round = m_round;
    event.digest = m_model->digest();
    event.count = used;
    event.total = expected;
    event.epsilon = m_privacy->spent();
    if (auto appended = m_log.append(event); !appended) logError("event log", appended.error());
}

Digest32 RoundEngine::lastReceipt() const { return m_receipts.empty() ? Digest32{} : m_receipts.back().payloadDigest(); }

Result<dsse::Envelope> RoundEngine::signReceipt(const FoldedRound& folded, const std::optional<study::PrivacySpent>& privacy) const
{
    std::map<std::string, std::string> outcomes;
    for (const auto& outcome : folded.outcomes) outcomes[outcome.site] = outcomeText(outcome);
    study::RoundReceipt receipt;
    receipt.study = m_package.protocol.id;
    receipt.keyEpoch = m_package.protocol.keyEpoch;
    receipt.round = m_round;
    receipt.baseModel = m_model->digest();
    receipt.newModel = folded.model->digest();
    receipt.protocolDigest = m_package.protocolDigest;
    for (const auto& site : m_package.protocol.sites) {
        const auto update = m_updates.find(site.id);
        const auto rejected = m_rejected.find(site.id);
        if (update != m_updates.end()) {
            receipt.entries.push_back({site.id, update->second.digest, update->second.metrics.trainRecords, outcomes[site.code]});
        } else {
            const char* absence = m_orders.exclusionOf(site.id) != nullptr ? kExcludedUpdate : "missing";
            receipt.entries.push_back({site.id, {}, 0, rejected != m_rejected.end() ? "rejected:" + rejected->second : absence});
        }
    }
    receipt.rule = ruleText(m_package.protocol.plan.aggregation);
    receipt.evidenceDigest = m_attester.lastEvidenceDigest();
    receipt.previousReceipt = lastReceipt();
    receipt.signedAt = toSeconds(m_clock());
    receipt.privacy = privacy;
    return dsse::sign(study::kinds::kRoundReceipt, study::encode(receipt), m_attester.receiptKey());
}

Result<void> RoundEngine::finish()
{
    study::ModelStatement statement{m_package.protocol.id, m_package.protocolDigest, m_model->digest(), m_round, lastReceipt(),
                                    toSeconds(m_clock())};
    TRY_ASSIGN(envelope, dsse::sign(study::kinds::kModelStatement, study::encode(statement), m_attester.receiptKey()));
    KeptState change;
    change.modelStatement = envelope;
    TRY(m_store->keep(change));
    TRY(m_store->flush());
    m_modelStatement = std::move(envelope);
    emit(study::EventKind::StudyFinished, {}, {}, m_model->digest(), m_round, m_package.protocol.plan.rounds);
    m_phase = Phase::Finished;
    m_changed.notify_all();
    return {};
}

std::vector<dsse::Envelope> RoundEngine::receipts() const
{
    const std::lock_guard lock(m_mutex);
    return m_receipts;
}

std::optional<dsse::Envelope> RoundEngine::modelStatement() const
{
    const std::lock_guard lock(m_mutex);
    return m_modelStatement;
}

}  // namespace quorate::services
