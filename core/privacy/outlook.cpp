// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/outlook.h"

#include <array>

namespace quorate::privacy {

SampledGaussian costOfRound(const study::TrainingPlan& plan)
{
    const study::PrivacyPlan& privacy = plan.privacy;
    if (privacy.kind == study::PrivacyKind::None) return {1, 1, 0};
    const std::uint64_t steps = privacy.kind == study::PrivacyKind::RecordLevel ? plan.localSteps : 1;
    return {privacy.samplingRate, privacy.noiseMultiplier, steps};
}

Result<PrivacyLedger> ledgerOf(const study::TrainingPlan& plan)
{
    return PrivacyLedger::open({plan.privacy.epsilon, plan.privacy.delta});
}

Result<PrivacyOutlook> outlookOf(const study::TrainingPlan& plan)
{
    if (plan.privacy.kind == study::PrivacyKind::None) return fail(ErrorKind::Malformed, "the plan promises no differential privacy");
    const SampledGaussian round = costOfRound(plan);
    TRY_ASSIGN(ledger, ledgerOf(plan));
    TRY_ASSIGN(fits, ledger.chargesLeft(round, plan.rounds));
    SampledGaussian all = round;
    all.steps *= plan.rounds;
    TRY_ASSIGN(planned, plannedEpsilon(all, plan.privacy.delta));
    double known = planned.renyi;
    if (plan.privacy.kind == study::PrivacyKind::SiteLevel) {
        all.samplingRate = 1;
        TRY_ASSIGN(unsampled, renyiEpsilon(std::array{all}, plan.privacy.delta));
        known = unsampled.epsilon;
    }
    return PrivacyOutlook{planned, known, fits};
}

}  // namespace quorate::privacy
