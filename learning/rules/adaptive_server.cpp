// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/rules/adaptive_server.h"

#include <cmath>

namespace quorate::learning {

namespace {

double nextSecondMoment(const study::AggregationPlan& plan, double old, double square)
{
    // Adam's mean, written as a step from the old value: so Yogi's differs from it in the step's size alone, and not where old is 0.
    const double gap = square - old;
    if (plan.rule == study::AggregationRule::FedAdam) return old + (1 - plan.beta2) * gap;
    if (plan.rule == study::AggregationRule::FedAdagrad) return old + square;
    const double sign = gap > 0 ? 1 : gap < 0 ? -1 : 0;
    return old + (1 - plan.beta2) * (square * sign);
}

}  // namespace

void adaptiveStep(const study::AggregationPlan& plan, std::span<const float> base, std::span<float> momentum,
                  std::span<float> secondMoment, std::span<float> next)
{
    for (std::size_t i = 0; i < next.size(); ++i) {
        const double from = static_cast<double>(base[i]);
        const double change = static_cast<double>(next[i]) - from;
        momentum[i] = static_cast<float>(plan.beta1 * static_cast<double>(momentum[i]) + (1 - plan.beta1) * change);
        secondMoment[i] = static_cast<float>(nextSecondMoment(plan, static_cast<double>(secondMoment[i]), change * change));
        const double scale = std::sqrt(static_cast<double>(secondMoment[i])) + plan.tau;
        next[i] = static_cast<float>(from + plan.serverLearningRate * static_cast<double>(momentum[i]) / scale);
    }
}

}  // namespace quorate::learning
