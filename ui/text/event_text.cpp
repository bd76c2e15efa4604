// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>

#include "ui/text/formats.h"
#include "ui/text/study_text.h"

namespace quorate::ui {
namespace {

using study::EventKind;

struct Events {
    Q_DECLARE_TR_FUNCTIONS(Events)
};

QString roundOf(const study::StudyEvent& event)
{
    return Events::tr("Round %1").arg(event.round);
}

QString reasonSuffix(const study::StudyEvent& event)
{
    return event.code.empty() ? QString() : QStringLiteral(", ") + reasonWords(event.code);
}

}  // namespace

QString titleOf(EventKind kind)
{
    switch (kind) {
    case EventKind::StudyPublished: return Events::tr("Study published");
    case EventKind::ParticipationApproved: return Events::tr("Participation approved");
    case EventKind::ParticipationRefused: return Events::tr("Participation refused");
    case EventKind::SiteJoined: return Events::tr("Site joined");
    case EventKind::SiteLost: return Events::tr("Site lost");
    case EventKind::StatementFrozen: return Events::tr("Statement frozen");
    case EventKind::ShareSealed: return Events::tr("Share sealed");
    case EventKind::ShareRefused: return Events::tr("Share refused");
    case EventKind::KeyReleased: return Events::tr("Key released");
    case EventKind::KeyRevoked: return Events::tr("Key revoked");
    case EventKind::StudyFrozen: return Events::tr("Study frozen");
    case EventKind::ThawAgreed: return Events::tr("Thaw agreed");
    case EventKind::StudyThawed: return Events::tr("Study thawed");
    case EventKind::RoundOpened: return Events::tr("Round opened");
    case EventKind::UpdateAccepted: return Events::tr("Update accepted");
    case EventKind::UpdateRejected: return Events::tr("Update rejected");
    case EventKind::SiteDropped: return Events::tr("Site dropped");
    case EventKind::RoundAggregated: return Events::tr("Round aggregated");
    case EventKind::RoundFailed: return Events::tr("Round failed");
    case EventKind::ReceiptSigned: return Events::tr("Receipt signed");
    case EventKind::SiteResult: return Events::tr("Site result");
    case EventKind::StudyFinished: return Events::tr("Study finished");
    case EventKind::PrivacyBudgetReached: return Events::tr("Privacy budget reached");
    }
    return {};
}

QString reasonWords(const std::string& code)
{
    if (code == "attested") return Events::tr("attested");
    if (code == "no-tee") return Events::tr("without a TEE");
    if (code == "deadline") return Events::tr("deadline missed");
    if (code == "disconnected") return Events::tr("connection lost");
    if (code == "too-few-updates") return Events::tr("too few updates");
    return toQString(code);
}

QString detailFor(const study::StudyEvent& event, const StudySnapshot& study)
{
    const QString site = event.site.isZero() ? QString() : siteName(study, event.site);
    switch (event.kind) {
    case EventKind::StudyPublished: return Events::tr("Protocol v%1").arg(study.protocol().version);
    case EventKind::ParticipationApproved:
    case EventKind::ParticipationRefused: return site;
    case EventKind::SiteJoined:
    case EventKind::SiteLost: return site + reasonSuffix(event);
    case EventKind::StatementFrozen:
    case EventKind::KeyReleased:
    case EventKind::KeyRevoked: return Events::tr("Key epoch %1").arg(study.protocol().keyEpoch);
    case EventKind::ShareSealed: return Events::tr("%1 of %2 shares").arg(event.count).arg(event.total);
    case EventKind::ShareRefused: return reasonWords(event.code);
    case EventKind::StudyFrozen: return reasonWords(event.code);
    case EventKind::ThawAgreed:
    case EventKind::StudyThawed: return Events::tr("%1 of %2 custodians").arg(event.count).arg(event.total);
    case EventKind::RoundOpened: return Events::tr("Round %1 of %2").arg(event.round).arg(event.total);
    case EventKind::UpdateAccepted:
        if (!event.metrics) return roundOf(event);
        if (const auto steps = event.metrics->steps, planned = std::uint64_t{study.protocol().plan.localSteps}; steps > 0 && steps < planned) {
            return Events::tr("Round %1, %2 of %3 steps").arg(event.round).arg(steps).arg(planned);
        }
        return Events::tr("Round %1, norm %2").arg(event.round).arg(event.metrics->updateNorm, 0, 'f', 2);
    case EventKind::UpdateRejected: return roundOf(event) + reasonSuffix(event);
    case EventKind::SiteDropped: return Events::tr("Round %1, %2").arg(event.round).arg(site) + reasonSuffix(event);
    case EventKind::RoundAggregated:
        return Events::tr("Round %1, %n update(s)", nullptr, static_cast<int>(event.count)).arg(event.round);
    case EventKind::RoundFailed: return roundOf(event) + reasonSuffix(event);
    case EventKind::ReceiptSigned: return roundOf(event);
    case EventKind::SiteResult: return site;
    case EventKind::StudyFinished: return Events::tr("Model %1").arg(shortDigest(event.digest));
    case EventKind::PrivacyBudgetReached: return Events::tr("After round %1, epsilon %2").arg(event.round).arg(event.epsilon.value_or(0), 0, 'f', 2);
    }
    return {};
}

QString whoDid(const study::StudyEvent& event, const StudySnapshot& study)
{
    if (!event.actor.isZero()) return memberName(study, event.actor);
    const bool bySite = event.kind == EventKind::UpdateAccepted || event.kind == EventKind::SiteJoined ||
                        event.kind == EventKind::SiteResult;
    if (bySite && !event.site.isZero()) return Events::tr("%1 node", "site").arg(siteName(study, event.site));
    return Events::tr("Aggregation service");
}

QString sentenceFor(const study::StudyEvent& event, const StudySnapshot& study)
{
    const QString site = event.site.isZero() ? QString() : siteName(study, event.site);
    const QString who = whoDid(event, study);
    const QString why = reasonWords(event.code);
    switch (event.kind) {
    case EventKind::StudyPublished: return Events::tr("%1 published protocol v%2.").arg(who).arg(study.protocol().version);
    case EventKind::ParticipationApproved: return Events::tr("%1 approved participation.").arg(who);
    case EventKind::ParticipationRefused: return Events::tr("%1 refused participation.").arg(who);
    case EventKind::SiteJoined: return Events::tr("%1 joined (%2).").arg(site, why);
    case EventKind::SiteLost: return Events::tr("%1 is not connected any more (%2).").arg(site, why);
    case EventKind::StatementFrozen: return Events::tr("%1 froze the release statement.").arg(who);
    case EventKind::ShareSealed: return Events::tr("%1 sealed a share.").arg(who);
    case EventKind::ShareRefused: return Events::tr("%1 refused to seal a share.").arg(who);
    case EventKind::KeyReleased: return Events::tr("The quorum is complete; the enclave has the key.");
    case EventKind::KeyRevoked: return Events::tr("%1 revoked the key.").arg(who);
    case EventKind::StudyFrozen: return Events::tr("%1 froze the study.").arg(who);
    case EventKind::ThawAgreed: return Events::tr("%1 agreed to let the study go on.").arg(who);
    case EventKind::StudyThawed: return Events::tr("The quorum is complete; the study goes on.");
    case EventKind::RoundOpened: return Events::tr("Round %1 of %2 began.").arg(event.round).arg(event.total);
    case EventKind::UpdateAccepted: return Events::tr("%1's update of round %2 was accepted.").arg(site).arg(event.round);
    case EventKind::UpdateRejected:
        return Events::tr("%1's update of round %2 was rejected (%3).").arg(site).arg(event.round).arg(why);
    case EventKind::SiteDropped: return Events::tr("%1 is out of round %2 (%3).").arg(site).arg(event.round).arg(why);
    case EventKind::RoundAggregated:
        return Events::tr("Round %1 combined %n update(s).", nullptr, static_cast<int>(event.count)).arg(event.round);
    case EventKind::RoundFailed: return Events::tr("Round %1 did not aggregate (%2).").arg(event.round).arg(why);
    case EventKind::ReceiptSigned: return Events::tr("The receipt of round %1 was signed.").arg(event.round);
    case EventKind::SiteResult: return Events::tr("%1 reported its results.").arg(site);
    case EventKind::StudyFinished: return Events::tr("The study is finished.");
    case EventKind::PrivacyBudgetReached:
        return Events::tr("Training ended after round %1: another round would have exceeded the privacy budget (epsilon %2 of %3 is spent).")
            .arg(event.round).arg(event.epsilon.value_or(0), 0, 'f', 2).arg(study.protocol().plan.privacy.epsilon, 0, 'f', 2);
    }
    return {};
}

}  // namespace quorate::ui
