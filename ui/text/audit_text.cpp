// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/audit_text.h"

#include <QCoreApplication>
#include <QLocale>

#include "ui/text/formats.h"
#include "ui/text/study_text.h"

namespace quorate::ui {
namespace {

using audit::EventKind;
using vault::Damage;

struct Audit {
    Q_DECLARE_TR_FUNCTIONS(Audit)
};

QString placeOf(const Damage& damage)
{
    if (!damage.entryIndex) return Audit::tr("the log itself", "place of a finding");
    if (!damage.lastIndex || *damage.lastIndex == *damage.entryIndex) return Audit::tr("entry %1").arg(*damage.entryIndex);
    return Audit::tr("entries %1 to %2").arg(*damage.entryIndex).arg(*damage.lastIndex);
}

QString findingOf(const Damage& damage)
{
    const QString place = placeOf(damage);
    const bool isLog = damage.table == "log";
    const QString row = Audit::tr("%1 in table %2").arg(toQString(damage.key), toQString(damage.table));
    switch (damage.kind) {
    case Damage::Kind::Edited:
        return isLog ? Audit::tr("Was changed after it was written: %1.").arg(place) : Audit::tr("Was changed behind the log: %1 (%2).").arg(row, place);
    case Damage::Kind::Missing:
        return isLog ? Audit::tr("Missing from the log: %1.").arg(place) : Audit::tr("Was removed behind the log: %1 (%2).").arg(row, place);
    case Damage::Kind::Extra: return Audit::tr("No entry of the log wrote it: %1.").arg(row);
    case Damage::Kind::Moved: return Audit::tr("Stands at another place than where it was written: %1.").arg(place);
    case Damage::Kind::Unreadable: return Audit::tr("Cannot be read as an entry: %1.").arg(place);
    case Damage::Kind::HeadMismatch: return Audit::tr("The entries do not lead to the head that was signed: %1.").arg(place);
    case Damage::Kind::BadCheckpoint:
        return damage.table == "log_checkpoints" ? Audit::tr("A kept checkpoint is gone, or not as it was kept: %1.").arg(place)
                                                 : Audit::tr("A kept checkpoint is none of this log: %1.").arg(place);
    case Damage::Kind::Gap: return Audit::tr("This is an older copy: %1 were cosigned and are not here.").arg(place);
    case Damage::Kind::Fork: return Audit::tr("Others were shown another history than this one: %1 differ.").arg(place);
    }
    return {};
}

QString remedyFor(Damage::Kind kind)
{
    switch (kind) {
    case Damage::Kind::Gap:
    case Damage::Kind::Fork:
        return Audit::tr("Nothing can be signed here. Close the program and put the newest copy of the vault back; if you did not restore a "
                         "copy yourself, tell your security officer.");
    default:
        return Audit::tr("Nothing can be signed here. Export the log as evidence, then restore a backup; tell your security officer.");
    }
}

}  // namespace

QString titleOf(EventKind kind)
{
    switch (kind) {
    case EventKind::VaultCreated: return Audit::tr("Vault created");
    case EventKind::VaultOpened: return Audit::tr("Vault opened");
    case EventKind::VaultLocked: return Audit::tr("Vault locked");
    case EventKind::VaultUnlockFailed: return Audit::tr("Unlocking failed");
    case EventKind::VaultPassphraseChanged: return Audit::tr("Passphrase changed");
    case EventKind::VaultKeyRotated: return Audit::tr("Vault key rotated");
    case EventKind::VaultBackupMade: return Audit::tr("Backup made");
    case EventKind::VaultRestored: return Audit::tr("Backup restored");
    case EventKind::IdentityCreated: return Audit::tr("Identity created");
    case EventKind::IdentityImported: return Audit::tr("Identity imported");
    case EventKind::IdentityTokenBound: return Audit::tr("Token bound");
    case EventKind::InvitationMade: return Audit::tr("Invitation made");
    case EventKind::InvitationAccepted: return Audit::tr("Invitation accepted");
    case EventKind::InvitationConfirmed: return Audit::tr("Invitation confirmed");
    case EventKind::CertificateIssued: return Audit::tr("Certificate issued");
    case EventKind::MemberRevoked: return Audit::tr("Member revoked");
    case EventKind::RosterStored: return Audit::tr("Roster stored");
    case EventKind::PolicyStored: return Audit::tr("Policy stored");
    case EventKind::ReferenceValuesStored: return Audit::tr("Reference values stored");
    case EventKind::ProtocolStored: return Audit::tr("Protocol stored");
    case EventKind::StudyEventReceived: return Audit::tr("Study event received");
    case EventKind::EnvelopeStored: return Audit::tr("Signed object stored");
    case EventKind::EvidenceAppraised: return Audit::tr("Evidence appraised");
    case EventKind::ParticipationSigned: return Audit::tr("Participation decided");
    case EventKind::StatementFrozen: return Audit::tr("Statement frozen");
    case EventKind::ShareSealed: return Audit::tr("Share sealed");
    case EventKind::ShareRefused: return Audit::tr("Share refused");
    case EventKind::StudyStopped: return Audit::tr("Study stopped");
    case EventKind::RoundsStarted: return Audit::tr("Rounds started");
    case EventKind::RoundsOrdered: return Audit::tr("Order about the rounds");
    case EventKind::SettingChanged: return Audit::tr("Setting changed");
    case EventKind::ExportMade: return Audit::tr("Export made");
    case EventKind::CheckpointSigned: return Audit::tr("Checkpoint signed");
    case EventKind::WitnessCosigned: return Audit::tr("Log of another cosigned");
    }
    return {};
}

QString subjectWords(const audit::Entry& entry)
{
    if (entry.subject == "approve") return Audit::tr("Approved");
    if (entry.subject == "refuse") return Audit::tr("Refused");
    if (entry.subject == "freeze") return Audit::tr("Frozen");
    if (entry.subject == "revoke") return Audit::tr("Revoked");
    if (entry.subject == "thaw") return Audit::tr("Thawed");
    if (entry.subject == "pause") return Audit::tr("Paused");
    if (entry.subject == "resume") return Audit::tr("Resumed");
    if (entry.subject == "exclude") return Audit::tr("Excluded");
    if (entry.subject == "readmit") return Audit::tr("Readmitted");
    return toQString(entry.subject);
}

QString actorName(const audit::Entry& entry)
{
    if (entry.actor.isZero()) return Audit::tr("This program");
    return entry.actorName.empty() ? toQString(toHex(entry.actor)).left(8) : toQString(entry.actorName);
}

QString actorRole(const audit::Entry& entry)
{
    for (const auto role : {study::Role::Coordinator, study::Role::SiteReviewer, study::Role::Custodian, study::Role::Auditor,
                            study::Role::SiteNode}) {
        if (entry.actorRole == study::nameOf(role)) return roleWord(role);
    }
    return toQString(entry.actorRole);
}

QString meaningSentence(const std::string& meaning)
{
    if (meaning.empty()) return {};
    if (meaning == "approval") return Audit::tr("Approval: the signer agrees and answers for it.");
    if (meaning == "refusal") return Audit::tr("Refusal: the signer does not agree.");
    if (meaning == "authorship") return Audit::tr("Authorship: the signer made what was signed.");
    if (meaning == "responsibility") return Audit::tr("Responsibility: the signer ordered it.");
    if (meaning == "review") return Audit::tr("Review: the signer has looked at it.");
    return toQString(meaning);
}

QString localTimeText(const audit::Entry& entry)
{
    const UtcMillis local = entry.at + std::chrono::minutes(entry.offsetMinutes);
    const int minutes = std::abs(entry.offsetMinutes);
    const QString offset = QStringLiteral("%1%2:%3")
                               .arg(entry.offsetMinutes < 0 ? QChar(0x2212) : QLatin1Char('+'))
                               .arg(minutes / 60, 2, 10, QLatin1Char('0'))
                               .arg(minutes % 60, 2, 10, QLatin1Char('0'));
    return Audit::tr("%1, %2 %3", "date, time, offset from UTC").arg(utcDate(local), utcTime(local), offset);
}

QString cosignerWords(const AuditCosigner& cosigner)
{
    if (cosigner.name == audit::kServiceCosigner) return Audit::tr("Aggregation service");
    return toQString(cosigner.person.empty() ? cosigner.name : cosigner.person);
}

ErrorText sentenceFor(const Damage& damage) { return {findingOf(damage), remedyFor(damage.kind)}; }

ErrorText readOnlyText(const AuditLogState& log)
{
    if (log.readOnlyBecause.empty()) return {};
    if (log.damage.empty()) {
        return {Audit::tr("The vault cannot be written, so nothing can be signed."),
                Audit::tr("Make room on the disk or make its folder writable, then open the program again. (%1)").arg(toQString(log.readOnlyBecause))};
    }
    ErrorText text = sentenceFor(log.damage.front());
    const int more = static_cast<int>(log.damage.size()) - 1;
    if (more > 0) text.what += QLatin1Char(' ') + Audit::tr("And %n more finding(s).", nullptr, more);
    return text;
}

QString headLine(const AuditLogState& log)
{
    const QString head = Audit::tr("%1 · %2", "number of entries, begin of the root")
                             .arg(log.head.size)
                             .arg(toQString(toHex(log.head.root)).left(8));
    if (!log.readOnlyBecause.empty()) return Audit::tr("Log %1 · read-only").arg(head);
    const int cosigners = log.checkpoints.empty() ? 0 : static_cast<int>(log.checkpoints.front().cosigners.size());
    return Audit::tr("Log %1 · cosigned by %n", nullptr, cosigners).arg(head);
}

}  // namespace quorate::ui
