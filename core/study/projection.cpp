// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/projection.h"

#include <algorithm>

namespace quorate::study {

const char* nameOf(StudyState state)
{
    switch (state) {
    case StudyState::AwaitingApprovals: return "awaiting-approvals";
    case StudyState::AwaitingKey: return "awaiting-key";
    case StudyState::Quorate: return "quorate";
    case StudyState::Running: return "running";
    case StudyState::Frozen: return "frozen";
    case StudyState::Revoked: return "revoked";
    case StudyState::Finished: return "finished";
    case StudyState::Refused: return "refused";
    }
    return "awaiting-approvals";
}

StudyProjection::StudyProjection(StudyProtocol protocol) : m_protocol(std::move(protocol))
{
    for (const auto& site : m_protocol.sites) m_sites[site.id] = {};
}

Result<void> StudyProjection::apply(const StudyEvent& event)
{
    if (event.sequence != lastSequence() + 1) {
        return fail(ErrorKind::Malformed, "event has number " + std::to_string(event.sequence) + ", want " +
                                              std::to_string(lastSequence() + 1));
    }
    if (event.study != m_protocol.id) return fail(ErrorKind::Malformed, "event belongs to another study");
    if (!event.site.isZero() && !m_sites.contains(event.site)) {
        return fail(ErrorKind::Malformed, "event names a site that the protocol does not know");
    }
    if (!event.site.isZero()) m_sites[event.site].lastSeen = event.at;
    applyApproval(event);
    applyRelease(event);
    applyRound(event);
    applyOrder(event);
    m_events.push_back(event);
    return {};
}

/// Nothing that people decided or sites did for the earlier process holds for the new one until it is told so again.
void StudyProjection::beginAnew()
{
    if (m_state == StudyState::Revoked || m_state == StudyState::Finished) return;
    (m_state == StudyState::Frozen ? m_beforeFreeze : m_state) = StudyState::AwaitingApprovals;
    for (auto& [id, site] : m_sites) site.joined = site.approved = site.refused = false;
    m_sealedBy.clear();
    m_statement.reset();
}

void StudyProjection::applyApproval(const StudyEvent& event)
{
    if (event.kind == EventKind::StudyPublished && !m_events.empty()) beginAnew();
    if (event.kind == EventKind::SiteJoined) {
        m_sites[event.site].joined = true;
        m_sites[event.site].joinCode = event.code;
    } else if (event.kind == EventKind::SiteLost) {
        m_sites[event.site].joined = false;
    } else if (event.kind == EventKind::ParticipationApproved || event.kind == EventKind::ParticipationRefused) {
        auto& site = m_sites[event.site];
        site.approved = event.kind == EventKind::ParticipationApproved;
        site.refused = !site.approved;
        std::size_t approved = 0;
        std::size_t refused = 0;
        for (const auto& [id, progress] : m_sites) {
            approved += progress.approved ? 1 : 0;
            refused += progress.refused ? 1 : 0;
        }
        // A decision during a freeze counts once the study goes on.
        StudyState& state = m_state == StudyState::Frozen ? m_beforeFreeze : m_state;
        if (state != StudyState::AwaitingApprovals) return;
        if (m_sites.size() - refused < m_protocol.plan.minimumSites) {
            state = StudyState::Refused;
        } else if (approved + refused == m_sites.size()) {
            state = StudyState::AwaitingKey;
        }
    }
}

void StudyProjection::applyRelease(const StudyEvent& event)
{
    switch (event.kind) {
    case EventKind::StatementFrozen:
        m_statement = event.digest;
        m_sealedBy.clear();
        break;
    case EventKind::ShareSealed: m_sealedBy.insert(event.actor); break;
    case EventKind::KeyReleased:
        // To a service that began anew it is released again; what had ended stays ended.
        if (m_state == StudyState::Revoked || m_state == StudyState::Finished) break;
        (m_state == StudyState::Frozen ? m_beforeFreeze : m_state) = StudyState::Quorate;
        break;
    case EventKind::KeyRevoked: m_state = StudyState::Revoked; break;
    case EventKind::StudyFrozen:
        if (m_state != StudyState::Frozen) m_beforeFreeze = m_state;
        m_state = StudyState::Frozen;
        m_freezeOrder = event.digest;
        m_thawAgreedBy.clear();
        break;
    case EventKind::ThawAgreed: m_thawAgreedBy.insert(event.actor); break;
    case EventKind::StudyThawed:
        m_thawAgreedBy.clear();
        if (m_state == StudyState::Frozen) m_state = m_beforeFreeze;
        break;
    case EventKind::StudyFinished:
        // A round that ended while somebody revoked does not undo the revocation.
        if (m_state == StudyState::Revoked) break;
        m_finalModel = event.digest;
        m_state = StudyState::Finished;
        break;
    default: break;
    }
}

void StudyProjection::applyRound(const StudyEvent& event)
{
    switch (event.kind) {
    case EventKind::RoundOpened:
        // A service that was restarted opens the interrupted round once more.
        if (m_rounds.empty() || m_rounds.back().round != event.round) m_rounds.push_back({event.round, event.at, {}, 0, {}, false});
        if (m_state == StudyState::Quorate) m_state = StudyState::Running;
        for (auto& [id, site] : m_sites) {
            if (site.approved && !site.excluded) site.rounds[event.round] = site.joined ? SiteRoundState::Training : SiteRoundState::Waiting;
        }
        break;
    case EventKind::UpdateAccepted:
        m_sites[event.site].rounds[event.round] = SiteRoundState::UpdateIn;
        if (event.metrics) m_sites[event.site].metrics[event.round] = *event.metrics;
        break;
    case EventKind::UpdateRejected:
        m_sites[event.site].rounds[event.round] = SiteRoundState::Rejected;
        // One that was in is out again when its site is excluded.
        m_sites[event.site].metrics.erase(event.round);
        break;
    case EventKind::SiteDropped: m_sites[event.site].rounds[event.round] = SiteRoundState::Dropped; break;
    case EventKind::RoundAggregated:
    case EventKind::RoundFailed:
        if (!m_rounds.empty() && m_rounds.back().round == event.round) {
            auto& round = m_rounds.back();
            round.closedAt = event.at;
            round.updates = event.count;
            round.model = event.digest;
            round.failed = event.kind == EventKind::RoundFailed;
        }
        if (event.epsilon) m_privacySpent = event.epsilon;
        break;
    case EventKind::PrivacyBudgetReached: m_isPrivacyBudgetReached = true; break;
    case EventKind::SiteResult:
        m_sites[event.site].own = event.own;
        m_sites[event.site].federated = event.federated;
        break;
    default: break;
    }
}

/// They outlast a restart of the service: only the opposite order takes them back.
void StudyProjection::applyOrder(const StudyEvent& event)
{
    const StandingOrder order{event.actor, event.at, event.digest};
    switch (event.kind) {
    case EventKind::RoundsPaused: m_paused = order; break;
    case EventKind::RoundsResumed: m_paused.reset(); break;
    case EventKind::SiteExcluded: m_sites[event.site].excluded = order; break;
    case EventKind::SiteReadmitted: m_sites[event.site].excluded.reset(); break;
    default: return;
    }
    m_lastOrder = event.count;
}

std::size_t StudyProjection::sitesLeft() const
{
    return static_cast<std::size_t>(
        std::ranges::count_if(m_sites, [](const auto& site) { return site.second.approved && !site.second.excluded; }));
}

}  // namespace quorate::study
