// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/ports/study_desk.h"

namespace quorate::ui {

/// What is protected, as a heading: "This study adds no noise".
QString privacyHeading(const study::PrivacyPlan& plan);
/// What the promise is, in figures, before a run.
QString privacyPromise(const study::TrainingPlan& plan);
/// What the promise means and what it leaves open.
QString privacyMeaning(const study::PrivacyPlan& plan);
/// What sites do to the inputs before they train.
QString preparationWords(const study::PrivacyPlan& plan);
/// Which records a step of local training takes.
QString batchWords(const study::TrainingPlan& plan);
/// "Epsilon 1.25 of 4.00 is spent." Empty without a budget.
QString privacySpentLine(const StudySnapshot& study);

}  // namespace quorate::ui
