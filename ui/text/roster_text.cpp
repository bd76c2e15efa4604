// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/roster_text.h"

#include <QCoreApplication>

#include "ui/text/formats.h"

namespace quorate::ui {
namespace {

struct RosterWords {
    Q_DECLARE_TR_FUNCTIONS(RosterWords)
};

}  // namespace

RosterProblemText rosterProblemText(const Error& problem)
{
    const QString words = toQString(problem.message);
    switch (problem.kind) {
    case ErrorKind::Malformed:
    case ErrorKind::Untrusted:
    case ErrorKind::PolicyRefused:
        return {VerdictKind::Refused,
                {RosterWords::tr("The roster that the service shows was not taken."),
                 RosterWords::tr("People count here as the last good roster says; who was revoked since is not known. Ask the coordinator "
                                 "for the roster's version, and tell your security officer. (%1)")
                     .arg(words)}};
    case ErrorKind::Unavailable:
    case ErrorKind::Cancelled:
    case ErrorKind::StorageFailed:
    case ErrorKind::Internal: break;
    }
    return {VerdictKind::Caution,
            {RosterWords::tr("Whether somebody was revoked lately is not known."),
             RosterWords::tr("The newest roster could not be taken; it is asked for every minute. Until then people count here as the last one "
                             "says. (%1)")
                 .arg(words)}};
}

QString revocationWords(const study::Member& member, UtcMillis now)
{
    if (!member.revokedFrom) return {};
    const UtcMillis from = *member.revokedFrom;
    const QString when = RosterWords::tr("%1, %2 UTC", "date, time").arg(utcDate(from), utcMinute(from));
    return member.isRevokedAt(toSeconds(now)) ? RosterWords::tr("Revoked since %1").arg(when) : RosterWords::tr("Revoked from %1 on").arg(when);
}

}  // namespace quorate::ui
