// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/state_look.h"

#include <QCoreApplication>

#include "ui/text/verdict_text.h"

namespace quorate::ui {

namespace {

using study::SiteRoundState;
using study::StudyState;

QString tr(const char* text) { return QCoreApplication::translate("State", text); }

BadgeLook waiting(const QString& word, const char* icon = "")
{
    return {VerdictKind::Unknown, word, QString::fromLatin1(icon), true};
}

BadgeLook roundLook(SiteRoundState state, VerdictKind good)
{
    switch (state) {
    case SiteRoundState::Waiting:
    case SiteRoundState::Training: return {good, tr("In round"), QStringLiteral("check")};
    case SiteRoundState::UpdateIn: return {good, tr("Update in"), QStringLiteral("check")};
    case SiteRoundState::Dropped: return {VerdictKind::Caution, tr("Dropped"), {}};
    case SiteRoundState::Rejected: return {VerdictKind::Refused, tr("Rejected"), {}};
    }
    return {};
}

}  // namespace

BadgeLook stateLook(const StudySnapshot& study)
{
    const VerdictKind good = passed(isTraining(study));
    switch (study.projection.state()) {
    case StudyState::AwaitingApprovals: return waiting(tr("Approvals"), "approvals");
    case StudyState::AwaitingKey: return waiting(tr("Waiting"));
    case StudyState::Quorate: return {good, tr("Quorate"), QStringLiteral("check")};
    case StudyState::Running: return {good, tr("Running"), QStringLiteral("check")};
    case StudyState::Frozen: return {VerdictKind::Refused, tr("Frozen"), QStringLiteral("freeze")};
    case StudyState::Revoked: return {VerdictKind::Refused, tr("Revoked"), QStringLiteral("revoke")};
    case StudyState::Finished: return {VerdictKind::Unknown, tr("Finished"), QStringLiteral("lock")};
    case StudyState::Refused: return {VerdictKind::Refused, tr("Refused"), {}};
    }
    return {};
}

BadgeLook siteLook(const StudySnapshot& study, const study::SiteSpec& site)
{
    const auto& projection = study.projection;
    const auto found = projection.sites().find(site.id);
    if (found == projection.sites().end()) return waiting(tr("Waiting"));
    const study::SiteProgress& progress = found->second;
    const VerdictKind good = passed(isTraining(study));
    if (progress.refused) return {VerdictKind::Refused, tr("Refused"), {}};
    if (!progress.approved) return waiting(tr("Waiting"));
    if (const auto round = progress.rounds.find(projection.currentRound());
        round != progress.rounds.end() && projection.state() == StudyState::Running) {
        return roundLook(round->second, good);
    }
    if (projection.state() == StudyState::Finished) return {VerdictKind::Unknown, tr("Finished"), QStringLiteral("lock")};
    if (progress.joined) return {good, tr("Joined"), QStringLiteral("check")};
    return {good, tr("Approved"), QStringLiteral("check")};
}

}  // namespace quorate::ui
