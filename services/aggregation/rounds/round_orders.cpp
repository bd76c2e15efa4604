// SPDX-License-Identifier: GPL-3.0-or-later
// The part of RoundEngine that obeys a coordinator.
#include <algorithm>

#include "core/base/log.h"
#include "services/aggregation/rounds/round_engine.h"

namespace quorate::services {
namespace {

study::EventKind eventOf(study::OrderAction action)
{
    switch (action) {
    case study::OrderAction::Pause: return study::EventKind::RoundsPaused;
    case study::OrderAction::Resume: return study::EventKind::RoundsResumed;
    case study::OrderAction::Exclude: return study::EventKind::SiteExcluded;
    case study::OrderAction::Readmit: return study::EventKind::SiteReadmitted;
    }
    return study::EventKind::RoundsPaused;
}

}  // namespace

Result<void> RoundEngine::order(const study::RoundOrder& order, const dsse::Envelope& envelope)
{
    const std::lock_guard lock(m_mutex);
    if (!m_store) return fail(ErrorKind::PolicyRefused, "the study's key is not released; there are no rounds to give orders about");
    const Digest32 digest = envelope.payloadDigest();
    // Whoever did not hear the answer asks again.
    if (!m_orders.all().empty() && m_orders.all().back().digest == digest) return m_store->flush();
    if (m_phase == Phase::Finished) return fail(ErrorKind::PolicyRefused, "the study is finished");
    if (m_phase == Phase::Evaluating && order.action == study::OrderAction::Pause) {
        return fail(ErrorKind::PolicyRefused, "all rounds are done; there is nothing to pause");
    }
    study::RoundOrders orders = m_orders;
    TRY(orders.add(order, digest));
    KeptState change;
    change.orders.push_back({envelope, m_clock()});
    TRY(m_store->keep(change));
    m_orders = std::move(orders);
    m_signedOrders.push_back(std::move(change.orders.front()));
    announceOrder(m_orders.all().back());
    obey(order);
    m_changed.notify_all();
    return m_store->flush();
}

void RoundEngine::announceOrder(const study::RoundOrders::Given& given)
{
    study::StudyEvent event;
    event.kind = eventOf(given.order.action);
    event.actor = given.order.coordinator;
    event.site = given.order.site;
    event.digest = given.digest;
    event.count = given.order.number;
    if (auto appended = m_log.append(event); !appended) logError("event log", appended.error());
}

void RoundEngine::obey(const study::RoundOrder& order)
{
    switch (order.action) {
    case study::OrderAction::Pause: break;  // Asked before a round is opened.
    case study::OrderAction::Resume: goOnAfterPause(); break;
    case study::OrderAction::Exclude: leaveOut(order.site); break;
    case study::OrderAction::Readmit:
        // Rounds take it with the next one; there is none after these.
        if (m_phase == Phase::Evaluating && ready().contains(order.site)) m_expected.insert(order.site);
        break;
    }
}

void RoundEngine::goOnAfterPause()
{
    if (m_phase == Phase::WaitingForSites) {
        waitForSites();
    } else if (m_phase == Phase::Collecting) {
        m_deadline = m_clock() + std::chrono::seconds(m_package.protocol.plan.roundDeadlineSeconds);
    } else if (m_phase == Phase::Held) {
        beginEvaluation();
    }
}

void RoundEngine::leaveOut(const Uuid& site)
{
    if (m_phase == Phase::Evaluating) m_expected.erase(site);
    const bool isOpen = m_phase == Phase::Collecting || m_phase == Phase::Aggregating;
    if (!isOpen || !m_expected.contains(site) || m_rejected.contains(site)) return;
    if (const auto incoming = m_incoming.find(site); incoming != m_incoming.end()) {
        incoming->second->end();
        m_incoming.erase(incoming);
    }
    Digest32 digest;
    if (const auto update = m_updates.find(site); update != m_updates.end()) {
        digest = update->second.digest;
        update->second.values->discard();
        m_updates.erase(update);
    }
    m_rejected[site] = kExcludedUpdate;
    emit(study::EventKind::UpdateRejected, site, kExcludedUpdate, digest);
}

void RoundEngine::setHold(const Uuid& site, Task& task) const
{
    const auto* exclusion = m_orders.exclusionOf(site);
    const auto* pause = m_orders.pause();
    if (m_halted) {
        task.hold = Task::Hold::Frozen;
    } else if (exclusion != nullptr) {
        task.hold = Task::Hold::Excluded;
        task.holdReason = exclusion->order.reason;
    } else if (pause != nullptr && m_phase != Phase::Evaluating) {
        task.hold = Task::Hold::Paused;
        task.holdReason = pause->order.reason;
    }
}

Result<void> RoundEngine::requireNotExcluded(const Uuid& site) const
{
    if (m_orders.exclusionOf(site) == nullptr) return {};
    return fail(ErrorKind::PolicyRefused, "the coordinator has excluded this site from the rounds");
}

/// Kept before its event is: a process that was killed in between did not tell anybody.
void RoundEngine::announceLastOrder()
{
    if (m_orders.all().empty()) return;
    const auto& last = m_orders.all().back();
    const bool isTold = std::ranges::any_of(m_kept.events, [&](const study::StudyEvent& event) { return event.digest == last.digest; });
    if (!isTold) announceOrder(last);
}

Result<void> RoundEngine::restoreOrders(const std::vector<Received>& kept)
{
    study::RoundOrders orders;
    for (const auto& item : kept) {
        TRY_ASSIGN(order, study::decodeRoundOrder(item.envelope.payload));
        TRY(orders.add(std::move(order), item.envelope.payloadDigest()));
    }
    m_orders = std::move(orders);
    m_signedOrders = kept;
    return {};
}

std::vector<Received> RoundEngine::orders() const
{
    const std::lock_guard lock(m_mutex);
    return m_signedOrders;
}

}  // namespace quorate::services
