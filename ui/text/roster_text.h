// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/study/roster.h"
#include "ui/text/error_text.h"
#include "ui/theme/tokens.h"

namespace quorate::ui {

/// Why the service's newest roster was not taken, and what that means for who counts here.
struct RosterProblemText {
    VerdictKind kind = VerdictKind::Caution;
    ErrorText text;
};
RosterProblemText rosterProblemText(const Error& problem);

/// "Revoked since 21 Nov 2026, 09:00 UTC"; of a time to come "Revoked from ... on". Empty for who is not revoked.
QString revocationWords(const study::Member& member, UtcMillis now);

}  // namespace quorate::ui
