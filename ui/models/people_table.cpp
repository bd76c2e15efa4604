// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>

#include "ui/models/study_tables.h"
#include "ui/text/formats.h"
#include "ui/text/roster_text.h"
#include "ui/text/study_text.h"

namespace quorate::ui {
namespace {

struct PeopleWords {
    Q_DECLARE_TR_FUNCTIONS(PeopleWords)
};

Cell standingOf(const study::Member& member, UtcMillis now)
{
    if (!member.revokedFrom) return {.text = PeopleWords::tr("Member")};
    const VerdictKind kind = member.isRevokedAt(toSeconds(now)) ? VerdictKind::Refused : VerdictKind::Caution;
    return {.text = revocationWords(member, now), .verdict = kind};
}

}  // namespace

TableContent peopleTable(const StudySnapshot& study, const Uuid& me, UtcMillis now)
{
    TableContent table;
    table.header = {{.text = PeopleWords::tr("Name")}, {.text = PeopleWords::tr("Organisation")}, {.text = PeopleWords::tr("Role")},
                    {.text = PeopleWords::tr("Standing")}, {.text = PeopleWords::tr("Why")}};
    for (const auto& member : study.roster.members) {
        table.rows.push_back({toQString(toHex(member.id)),
                              {{.text = toQString(member.name), .strong = true}, {.text = toQString(member.organisation)},
                               {.text = roleWord(member.role)}, standingOf(member, now), {.text = toQString(member.revocationReason)}},
                              member.id == me});
    }
    return table;
}

}  // namespace quorate::ui
