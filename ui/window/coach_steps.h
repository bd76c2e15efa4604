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
    bool done = false;
};

/// The seven steps for the study as it stands; without a study none is done.
std::vector<CoachStep> coachSteps(const StudySnapshot* study);

}  // namespace quorate::ui
