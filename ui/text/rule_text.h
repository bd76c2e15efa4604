// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/study/training_plan.h"

namespace quorate::ui {

/// "FedAvg", "FedProx", "Trimmed mean": as the literature names it.
QString ruleName(const study::TrainingPlan& plan);
/// What the rule was given: "1 value trimmed on each side"; empty when it takes nothing.
QString ruleParameters(const study::TrainingPlan& plan);
/// One sentence or two for whoever chooses the rule: what it is good for, and what it costs.
QString ruleAdvice(const study::TrainingPlan& plan);

}  // namespace quorate::ui
