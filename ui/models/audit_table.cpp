// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/audit_table.h"

#include <QCoreApplication>

#include "ui/text/audit_text.h"
#include "ui/text/formats.h"

namespace quorate::ui {
namespace {

struct AuditWords {
    Q_DECLARE_TR_FUNCTIONS(AuditWords)
};

Row rowOf(const audit::Entry& entry)
{
    return {QString::number(entry.index),
            {{.text = QString::number(entry.index), .number = true, .quiet = true},
             {.text = AuditWords::tr("%1, %2", "date, time").arg(utcDate(entry.at), utcTime(entry.at))},
             {.text = titleOf(entry.kind), .strong = true},
             {.text = actorName(entry), .quiet = entry.actor.isZero()},
             {.text = actorRole(entry)},
             {.text = subjectWords(entry)},
             {.text = toQString(entry.reason)}}};
}

}  // namespace

TableContent auditTable(const std::vector<audit::Entry>& entries)
{
    TableContent out;
    out.header = {{.text = AuditWords::tr("No."), .number = true}, {.text = AuditWords::tr("When, UTC")},
                  {.text = AuditWords::tr("Event")},               {.text = AuditWords::tr("Who")},
                  {.text = AuditWords::tr("Role")},                {.text = AuditWords::tr("What")},
                  {.text = AuditWords::tr("Why")}};
    out.rows.reserve(entries.size());
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) out.rows.push_back(rowOf(*entry));
    return out;
}

}  // namespace quorate::ui
