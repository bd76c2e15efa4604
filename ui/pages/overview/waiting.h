// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "ui/pages/page.h"

namespace quorate::ui {

/// One thing that waits for the member who acts: what, why, until when, and where it is done.
struct Waiting {
    Uuid study;
    PageId page = PageId::Overview;
    QString icon;
    QString sentence;
    QString detail;
    QString dueWord;      ///< "Offer ends"; empty when nothing ends.
    QString due;          ///< "in 26 min"
    bool decision = false;  ///< Mine to decide; else a warning.
    VerdictKind kind = VerdictKind::Caution;  ///< Of a warning.

    friend bool operator==(const Waiting&, const Waiting&) = default;
};

/// Derived from the studies, who acts and whether the newest roster is known; the most pressing first.
std::vector<Waiting> waitingFor(const DeskStatus& status, const std::vector<std::shared_ptr<const StudySnapshot>>& studies,
                                UtcMillis now);

/// "in 26 min", "in 9 days", "now".
QString untilText(UtcSeconds end, UtcMillis now);

}  // namespace quorate::ui
