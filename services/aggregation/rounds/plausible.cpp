// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/plausible.h"

#include <cmath>

namespace quorate::services {

bool isPlausible(const study::Evaluation& evaluation)
{
    const auto isShare = [](double value) { return value >= 0 && value <= 1; };
    return std::isfinite(evaluation.loss) && evaluation.loss >= 0 && isShare(evaluation.accuracy) && isShare(evaluation.brier) &&
           (!evaluation.auc || isShare(*evaluation.auc));
}

bool isPlausible(const study::SiteRoundMetrics& metrics)
{
    return isPlausible(metrics.before) && isPlausible(metrics.after) && std::isfinite(metrics.seconds) && metrics.seconds >= 0 &&
           std::isfinite(metrics.updateNorm) && metrics.updateNorm >= 0;
}

}  // namespace quorate::services
