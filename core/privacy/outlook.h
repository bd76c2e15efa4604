// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/calibration.h"
#include "core/privacy/ledger.h"
#include "core/study/training_plan.h"

namespace quorate::privacy {

/// What one round of the plan spends: at site level one step; at record level `localSteps` steps, for the records of a site that
/// takes part. Nothing (no steps) without privacy.
SampledGaussian costOfRound(const study::TrainingPlan& plan);

/// What a plan's privacy comes to, before anybody signs it.
struct PrivacyOutlook {
    PlannedEpsilon planned;                ///< All rounds, for whoever does not see which sites or records were taken.
    double epsilonKnowingWhoTookPart = 0;  ///< Site level: for whoever sees the receipts; a site that is taken every time.
    std::uint64_t roundsWithinBudget = 0;  ///< Of plan.rounds.
};

/// Malformed when the plan promises no privacy or its numbers are out of bounds.
Result<PrivacyOutlook> outlookOf(const study::TrainingPlan& plan);

/// The ledger that a run of the plan keeps; Malformed as PrivacyLedger::open.
Result<PrivacyLedger> ledgerOf(const study::TrainingPlan& plan);

}  // namespace quorate::privacy
