// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QString>
#include <vector>

#include "core/ports/study_desk.h"
#include "ui/pages/page.h"

namespace quorate::ui {

/// One step of the rehearsal. What is done follows from the study's events alone, never from what was clicked.
struct CoachStep {
    QString title;
    QString heading;
    QString text;
    QString task;
    PageId page = PageId::Overview;
    std::optional<Uuid> actAs;  ///< The member whose part it is; empty when any member's view will do.
    bool signs = false;           ///< The vault's passphrase will be asked.
    bool done = false;
};

/// The seven steps for the study as it stands; without a study none is done.
std::vector<CoachStep> coachSteps(const StudySnapshot* study);

/// The first step that is not done, else the last.
int firstOpenStep(const std::vector<CoachStep>& steps);

/// Why the demo cannot play what is left up to running rounds now; empty when it can.
QString restBlocked(const DeskStatus& status, const StudySnapshot* study);

}  // namespace quorate::ui
