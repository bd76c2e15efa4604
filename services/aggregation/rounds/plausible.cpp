// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/plausible.h"

#include <cmath>

namespace quorate::services {

bool isPlausible(const study::Evaluation& evaluation)
{
    const auto isShareIfGiven = [](const std::optional<double>& value) { return !value || (*value >= 0 && *value <= 1); };
    const bool isError = !evaluation.rmse || (std::isfinite(*evaluation.rmse) && *evaluation.rmse >= 0);
    return std::isfinite(evaluation.loss) && evaluation.loss >= 0 && isError && isShareIfGiven(evaluation.accuracy) &&
           isShareIfGiven(evaluation.brier) && isShareIfGiven(evaluation.auc) && isShareIfGiven(evaluation.concordance);
}

bool isPlausible(const study::SiteRoundMetrics& metrics)
{
    return isPlausible(metrics.before) && isPlausible(metrics.after) && std::isfinite(metrics.seconds) && metrics.seconds >= 0 &&
           std::isfinite(metrics.updateNorm) && metrics.updateNorm >= 0;
}

}  // namespace quorate::services
