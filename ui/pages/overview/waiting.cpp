// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/waiting.h"

#include <algorithm>

#include <QCoreApplication>

#include "ui/text/formats.h"
#include "ui/text/roster_text.h"
#include "ui/text/study_text.h"
#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {

namespace {

using namespace std::chrono_literals;
using study::Role;
using study::StudyState;

constexpr auto kEthicsWarning = std::chrono::days(30);

QString tr(const char* text) { return QCoreApplication::translate("Waiting", text); }

Waiting decisionOn(const StudySnapshot& study, PageId page, const QString& icon, const QString& sentence, const QString& detail)
{
    Waiting out;
    out.study = study.protocol().id;
    out.page = page;
    out.icon = icon;
    out.sentence = sentence;
    out.detail = detail;
    out.decision = true;
    return out;
}

Waiting warningOn(const StudySnapshot& study, PageId page, VerdictKind kind, const QString& sentence, const QString& detail)
{
    Waiting out = decisionOn(study, page, iconOf(kind), sentence, detail);
    out.decision = false;
    out.kind = kind;
    return out;
}

void addParticipation(std::vector<Waiting>& out, const study::Member& me, const StudySnapshot& study)
{
    if (me.role != Role::SiteReviewer || study.projection.state() != StudyState::AwaitingApprovals) return;
    const study::SiteSpec* site = study.protocol().findSite(me.site);
    if (!site) return;
    const auto found = study.projection.sites().find(me.site);
    if (found != study.projection.sites().end() && (found->second.approved || found->second.refused)) return;
    out.push_back(decisionOn(study, PageId::Approvals, QStringLiteral("approvals"),
                             tr("Approve or refuse %1, protocol v%2").arg(toQString(study.protocol().code)).arg(study.protocol().version),
                             planWords(study.protocol().plan) + QStringLiteral(". ") +
                                 tr("Your answer counts for %1 alone.").arg(toQString(site->name))));
}

void addShare(std::vector<Waiting>& out, const study::Member& me, const StudySnapshot& study, UtcMillis now)
{
    const auto& quorum = study.protocol().quorum;
    const bool holds = std::ranges::any_of(quorum.shares, [&](const auto& share) { return share.custodian == me.id; });
    if (!holds || !study.statement || study.projection.state() != StudyState::AwaitingKey) return;
    const bool answered = std::ranges::any_of(study.approvals, [&](const auto& approval) {
        return approval.value.custodian == me.id && approval.value.statementDigest == study.statement->digest;
    });
    const auto& statement = study.statement->value;
    if (answered || study.projection.sealedBy().contains(me.id) || statement.requester == me.id) return;
    if (toSeconds(now) >= statement.notAfter) return;
    Waiting item = decisionOn(study, PageId::KeyRelease, QStringLiteral("key"),
                              tr("Seal your share of the key of %1").arg(toQString(study.protocol().code)),
                              tr("%1 of %2 needed shares are in.").arg(study.projection.sealedBy().size()).arg(quorum.threshold));
    item.dueWord = tr("Offer ends");
    item.due = untilText(statement.notAfter, now);
    out.push_back(item);
}

void addThaw(std::vector<Waiting>& out, const study::Member& me, const StudySnapshot& study)
{
    const auto& quorum = study.protocol().quorum;
    const auto& agreed = study.projection.thawAgreedBy();
    const bool holds = std::ranges::any_of(quorum.shares, [&](const auto& share) { return share.custodian == me.id; });
    if (study.projection.state() != StudyState::Frozen || !holds || agreed.contains(me.id)) return;
    out.push_back(decisionOn(study, PageId::KeyRelease, QStringLiteral("freeze"), tr("Decide how %1 goes on").arg(toQString(study.protocol().code)),
                             tr("It is frozen. %1 of %2 custodians agreed to thaw it.").arg(agreed.size()).arg(quorum.threshold)));
}

void addCoordination(std::vector<Waiting>& out, const study::Member& me, const StudySnapshot& study)
{
    if (me.role != Role::Coordinator) return;
    const QString code = toQString(study.protocol().code);
    switch (study.projection.state()) {
    case StudyState::AwaitingKey:
        if (!study.statement) {
            out.push_back(decisionOn(study, PageId::KeyRelease, QStringLiteral("key"), tr("Freeze the release statement of %1").arg(code),
                                     tr("Enough sites approved. Custodians decide on a frozen statement.")));
        }
        break;
    case StudyState::Quorate:
        out.push_back(decisionOn(study, PageId::Training, QStringLiteral("training"), tr("Start the rounds of %1").arg(code),
                                 tr("The key is out and no round has begun.")));
        break;
    default: break;
    }
}

void addOwnRevocation(std::vector<Waiting>& out, const study::Member& me, const StudySnapshot& study, UtcMillis now)
{
    const study::Member* own = study.roster.find(me.id);
    if (!own || !own->revokedFrom) return;
    const bool isOver = own->isRevokedAt(toSeconds(now));
    const QString code = toQString(study.protocol().code);
    out.push_back(warningOn(study, PageId::Sites, isOver ? VerdictKind::Refused : VerdictKind::Caution,
                            isOver ? tr("You are no longer a member in %1").arg(code) : tr("You will no longer be a member in %1").arg(code),
                            tr("%1: %2. What you sign after that counts for nobody.").arg(revocationWords(*own, now), toQString(own->revocationReason))));
}

void addWarnings(std::vector<Waiting>& out, const StudySnapshot& study, UtcMillis now)
{
    const StudyState state = study.projection.state();
    if (state == StudyState::Finished || state == StudyState::Refused || state == StudyState::Revoked) return;
    const QString code = toQString(study.protocol().code);
    for (const NodeAppraisal& node : study.nodes) {
        if (node.result.verdict != attestation::Verdict::Refused) continue;
        out.push_back(warningOn(study, PageId::Attestation, VerdictKind::Refused,
                                tr("Evidence refused: %1, %2").arg(toQString(node.name), code),
                                tr("Nothing is sent to it until new evidence is accepted.")));
    }
    for (const study::SiteSpec& site : study.protocol().sites) {
        const UtcSeconds end = site.ethics.expires;
        if (end > toSeconds(now) + kEthicsWarning) continue;
        Waiting item = warningOn(study, PageId::Sites, VerdictKind::Caution,
                                 tr("Ethics approval of %1 ends in %2").arg(toQString(site.name), code),
                                 tr("%1. The site then leaves the next round by itself.").arg(toQString(site.ethics.number)));
        item.dueWord = tr("Ends");
        item.due = untilText(end, now);
        out.push_back(item);
    }
}

}  // namespace

QString untilText(UtcSeconds end, UtcMillis now)
{
    const auto left = end - toSeconds(now);
    if (left <= 0s) return tr("now");
    if (left < 1h) return tr("in %1 min").arg(std::chrono::ceil<std::chrono::minutes>(left).count());
    if (left < 48h) return tr("in %1 h").arg(std::chrono::floor<std::chrono::hours>(left).count());
    return tr("in %1 days").arg(std::chrono::floor<std::chrono::days>(left).count());
}

std::vector<Waiting> waitingFor(const DeskStatus& status, const std::vector<std::shared_ptr<const StudySnapshot>>& studies,
                                UtcMillis now)
{
    std::vector<Waiting> out;
    const study::Member& me = status.me;
    for (const auto& study : studies) {
        addShare(out, me, *study, now);
        addParticipation(out, me, *study);
        addCoordination(out, me, *study);
        addThaw(out, me, *study);
    }
    if (status.rosterProblem && !studies.empty()) {
        const RosterProblemText problem = rosterProblemText(*status.rosterProblem);
        out.push_back(warningOn(*studies.front(), PageId::Sites, problem.kind, problem.text.what, problem.text.todo));
    }
    for (const auto& study : studies) {
        addOwnRevocation(out, me, *study, now);
        addWarnings(out, *study, now);
    }
    return out;
}

}  // namespace quorate::ui
