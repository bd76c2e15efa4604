// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/ports/audit_desk.h"
#include "ui/text/error_text.h"

namespace quorate::ui {

/// "Share sealed"
QString titleOf(audit::EventKind kind);
/// What it is about, in words where the kind has words for it: "Approved", "Setting theme".
QString subjectWords(const audit::Entry& entry);
/// The actor as printed; "This program" where nobody acted.
QString actorName(const audit::Entry& entry);
QString actorRole(const audit::Entry& entry);
/// What the signature means (21 CFR 11.50), in a sentence; empty where nothing was signed.
QString meaningSentence(const std::string& meaning);
/// In the actor's local time with its offset: "21 Nov 2026, 15:41:07 +01:00".
QString localTimeText(const audit::Entry& entry);

/// "Aggregation service", the member's name, or the name on the line.
QString cosignerWords(const AuditCosigner& cosigner);
/// One finding and what to do about it.
ErrorText sentenceFor(const vault::Damage& damage);
/// For the banner of a vault that takes no change; empty while it does.
ErrorText readOnlyText(const AuditLogState& log);
/// "1 204 · 8f3ac17e · cosigned by 2", for the status bar.
QString headLine(const AuditLogState& log);

}  // namespace quorate::ui
