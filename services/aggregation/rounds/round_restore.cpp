// SPDX-License-Identifier: GPL-3.0-or-later
// The part of RoundEngine that begins when the key is out: anew, or where an earlier process was.
#include "core/base/log.h"
#include "core/release/release.h"
#include "core/study/receipt.h"
#include "services/aggregation/rounds/round_engine.h"

namespace quorate::services {
namespace {

/// The model with which a study begins, written like every later one; what sites are sent behind it begins as zero.
Result<std::shared_ptr<const ModelFile>> writeInitial(const StudyStore& store, const learning::ModelStart& model, std::uint64_t seed,
                                                      const learning::ModelManifest& exchanged)
{
    TRY_ASSIGN(initial, model.initialWeights(seed));
    initial.values.resize(static_cast<std::size_t>(learning::elementsOf(exchanged)));
    TRY_ASSIGN(writer, store.modelWriter(exchanged));
    TRY(writer.append(initial.values));
    return writer.finish();
}

bool hasReceiptEvent(const std::vector<study::StudyEvent>& events, const Digest32& receipt)
{
    return std::any_of(events.begin(), events.end(), [&](const study::StudyEvent& event) {
        return event.kind == study::EventKind::ReceiptSigned && event.digest == receipt;
    });
}

}  // namespace

Result<void> RoundEngine::giveKey(const SecretBytes& studyKey)
{
    const auto& protocol = m_package.protocol;
    TRY_ASSIGN(modelKey, release::deriveKey(studyKey, release::KeyUse::Model));
    TRY_ASSIGN(checkpointKey, release::deriveKey(studyKey, release::KeyUse::Checkpoint));
    const learning::ModelManifest& manifest = m_studyModel->manifest();
    auto exchanged = learning::exchangedManifest(protocol.plan.aggregation, manifest);
    TRY_ASSIGN(store, StudyStore::open(m_folder, protocol.id, std::move(checkpointKey), std::move(modelKey), m_random));
    TRY_ASSIGN(restored, store.restore());
    KeptState kept = restored ? std::move(*restored) : KeptState();
    if (!kept.model) {
        TRY_ASSIGN(model, writeInitial(store, *m_studyModel, protocol.plan.seed, exchanged));
        kept.model = KeptModel{model->digest(), model->path().filename().string()};
    }
    TRY_ASSIGN(model, store.reopen(*kept.model));
    auto serverState = learning::initialState(protocol.plan.aggregation.rule, learning::elementsOf(manifest));
    if (!kept.serverStateFile.empty()) {
        TRY_ASSIGN(state, store.readServerState(kept.serverStateFile, protocol.plan.aggregation.rule, learning::elementsOf(manifest)));
        serverState = std::move(state);
    }
    std::vector<study::RoundReceipt> closed;
    for (const auto& envelope : kept.receipts) {
        TRY_ASSIGN(receipt, study::decodeReceipt(envelope.payload));
        closed.push_back(std::move(receipt));
    }
    TRY_ASSIGN(privacy, RoundPrivacy::restore(protocol, closed));
    TRY_ASSIGN(events, m_log.restore(kept.events));
    kept.events = std::move(events);
    TRY(store.begin(kept));
    const std::lock_guard lock(m_mutex);
    m_store.emplace(std::move(store));
    m_log.keepWith([this](const study::StudyEvent& event) {
        KeptState change;
        change.events.push_back(event);
        return m_store ? m_store->keep(change) : Result<void>();
    });
    m_manifest = manifest;
    m_exchanged = std::move(exchanged);
    TRY(restoreOrders(kept.orders));
    for (const auto& receipt : closed) rememberTaken(receipt);
    m_model = std::move(model);
    m_serverState = std::move(serverState);
    m_privacy = std::move(privacy);
    m_serverStateFile = kept.serverStateFile;
    m_receipts = kept.receipts;
    m_modelStatement = kept.modelStatement;
    m_kept = std::move(kept);
    return {};
}

void RoundEngine::rememberTaken(const study::RoundReceipt& receipt)
{
    for (const auto& entry : receipt.entries) {
        const auto site = m_sites.find(entry.site);
        if (entry.weight == 0 || site == m_sites.end()) continue;
        site->second.takenUpdate = entry.updateDigest;
        if (!site->second.joined) site->second.trainRecords = entry.weight;
    }
}

void RoundEngine::resume()
{
    const std::lock_guard lock(m_mutex);
    announceLastOrder();
    if (!m_kept.started) return;
    announceLastRound();
    const auto closed = static_cast<std::uint32_t>(m_receipts.size());
    const bool isLast = closed == m_package.protocol.plan.rounds || !m_privacy->allowsAnother();
    m_round = isLast ? closed : closed + 1;
    // Sites have to find the service again and join before they can go on.
    m_deadline = m_clock() + kGatheringTime + std::chrono::seconds(m_package.protocol.plan.roundDeadlineSeconds);
    if (m_modelStatement) {
        m_phase = Phase::Finished;
    } else if (isLast && m_orders.pause() != nullptr) {
        m_phase = Phase::Held;
    } else if (isLast) {
        m_phase = Phase::Evaluating;
        for (const auto& [id, site] : m_sites) {
            if (m_orders.exclusionOf(id) == nullptr) m_expected.insert(id);
        }
        m_log.read([this](const study::StudyProjection& projection) {
            for (const auto& [id, progress] : projection.sites()) m_sites[id].reported = progress.federated.has_value();
        });
    } else if (m_kept.opened && m_kept.opened->round == m_round) {
        continueRound();
    } else {
        m_phase = Phase::WaitingForSites;
        m_deadline = m_clock() + kGatheringTime;
    }
    m_halted = m_log.read([](const study::StudyProjection& projection) { return projection.state() == study::StudyState::Frozen; });
    m_kept = {};
    m_changed.notify_all();
}

/// The round's record is kept before its events are: a process that was killed in between did not tell anybody.
void RoundEngine::announceLastRound()
{
    if (m_receipts.empty() || hasReceiptEvent(m_kept.events, lastReceipt())) return;
    m_phase = Phase::Aggregating;
    m_round = static_cast<std::uint32_t>(m_receipts.size());
    std::uint32_t used = 0;
    if (const auto receipt = study::decodeReceipt(m_receipts.back().payload)) {
        for (const auto& entry : receipt->entries) used += entry.weight > 0 ? 1 : 0;
    }
    announceAggregated(used, static_cast<std::uint32_t>(m_kept.opened ? m_kept.opened->expected.size() : used));
    emit(study::EventKind::ReceiptSigned, {}, {}, lastReceipt());
}

/// The interrupted round goes on with the sites that it began with and the updates that were accepted.
void RoundEngine::continueRound()
{
    m_phase = Phase::Collecting;
    m_expected = m_kept.opened->expected;
    for (const auto& event : m_kept.events) {
        if (event.kind == study::EventKind::RoundOpened && event.round == m_round) m_rejected.clear();
        if (event.kind == study::EventKind::UpdateRejected && event.round == m_round) m_rejected[event.site] = event.code;
    }
    for (const auto& id : m_expected) {
        // Its process may have been killed between the order and what the order does.
        if (m_orders.exclusionOf(id) != nullptr) m_rejected.try_emplace(id, kExcludedUpdate);
    }
    emit(study::EventKind::RoundOpened, {}, "continued", m_model->digest(), static_cast<std::uint32_t>(m_expected.size()),
         m_package.protocol.plan.rounds);
    for (const auto& [site, code] : m_rejected) emit(study::EventKind::UpdateRejected, site, code);
    for (const auto& kept : m_kept.updates) {
        if (m_rejected.contains(kept.site)) {
            m_store->discard(kept.file);
            continue;
        }
        auto values = m_store->reopen(kept, m_round);
        if (!values) {
            // What the disk lost with the machine's power is asked for again.
            logError("an accepted update", values.error());
            continue;
        }
        m_updates[kept.site] = {kept.digest, kept.metrics, std::move(*values)};
        announceUpdate(kept.site, "kept");
    }
}

}  // namespace quorate::services
