// SPDX-License-Identifier: GPL-3.0-or-later
// The newest roster: a study keeps the one that its protocol names, and the newest says who may still act.
#include "enclave_client/desk_worker.h"

namespace quorate {
namespace {

/// What belongs to no single study, as vault::Membership keeps it.
constexpr Uuid kConsortium{};
constexpr std::chrono::seconds kRosterEvery{60};

/// The study's members, each revoked from when the newest roster says so.
study::Roster withRevocationsOf(study::Roster roster, const study::Roster& newest)
{
    for (auto& member : roster.members) {
        const auto* now = newest.find(member.id);
        if (now == nullptr) continue;
        member.revokedFrom = now->revokedFrom;
        member.revocationReason = now->revocationReason;
    }
    return roster;
}

}  // namespace

void RemoteDesk::Worker::adoptRoster(study::Roster newest, const Digest32& digest)
{
    m_snapshot.roster = withRevocationsOf(m_package.roster, newest);
    m_rosterVersion = {newest.version, digest};
    m_newestRoster = std::move(newest);
    m_dirty = true;
}

Result<void> RemoteDesk::Worker::restoreRoster()
{
    adoptRoster(m_package.roster, m_options.package.roster.payloadDigest());
    TRY_ASSIGN(seen, m_vault.seenVersion(study::kinds::kRoster, kConsortium));
    if (!seen || seen->object.version <= m_rosterVersion.version) return {};
    TRY_ASSIGN(kept, m_vault.envelopes(kConsortium, study::kinds::kRoster));
    for (const auto& item : kept) {
        if (item.envelope.payloadDigest() != seen->object.digest) continue;
        TRY(dsse::verify(item.envelope, study::kinds::kRoster, m_options.rosterRoot));
        TRY_ASSIGN(roster, study::decodeRoster(item.envelope.payload));
        adoptRoster(std::move(roster), seen->object.digest);
    }
    return {};
}

Result<void> RemoteDesk::Worker::refreshRoster()
{
    TRY_ASSIGN(envelope, m_session->client().newestRoster(m_package.protocol.id));
    TRY(dsse::verify(envelope, study::kinds::kRoster, m_options.rosterRoot));
    TRY_ASSIGN(roster, study::decodeRoster(envelope.payload));
    const study::ObjectVersion offered{roster.version, envelope.payloadDigest()};
    TRY_ASSIGN(succession, study::checkSuccession(study::kinds::kRoster, m_rosterVersion, offered));
    if (succession == study::Succession::Same) return {};
    TRY(m_vault.putEnvelope({kConsortium, study::kinds::kRoster, envelope, m_clock()}));
    TRY(m_vault.raiseVersion({study::kinds::kRoster, kConsortium, offered}));
    adoptRoster(std::move(roster), offered.digest);
    // Whose signature counted may not count any more.
    m_objectsStale = true;
    return {};
}

void RemoteDesk::Worker::tendRoster()
{
    if (m_session == nullptr || !requireWritable() || m_clock() < m_nextRoster) return;
    m_nextRoster = m_clock() + kRosterEvery;
    const auto done = refreshRoster();
    const auto problem = done ? std::nullopt : std::optional(done.error());
    if (problem == m_status.rosterProblem) return;
    m_status.rosterProblem = problem;
    m_dirty = true;
}

Result<void> RemoteDesk::Worker::requireStanding() const
{
    return study::requireStanding(m_newestRoster, m_status.me, toSeconds(m_clock()));
}

}  // namespace quorate
