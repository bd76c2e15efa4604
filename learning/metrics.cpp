// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace quorate::learning {

namespace {

constexpr double kMaxLoss = 100;

Result<void> checkInput(std::span<const double> probabilities, std::span<const std::uint8_t> targets)
{
    if (targets.empty() || targets.size() != probabilities.size()) {
        return fail(ErrorKind::Malformed, std::to_string(probabilities.size()) + " probabilities for " +
                                              std::to_string(targets.size()) + " records, want as many, at least 1");
    }
    if (!std::all_of(probabilities.begin(), probabilities.end(), [](double p) { return p >= 0 && p <= 1; })) {
        return fail(ErrorKind::Malformed, "a probability is not within 0 and 1");
    }
    if (!std::all_of(targets.begin(), targets.end(), [](std::uint8_t t) { return t <= 1; })) {
        return fail(ErrorKind::Malformed, "an outcome is neither 0 nor 1");
    }
    return {};
}

/// Mann-Whitney: the share of pairs (positive, negative) in which the positive has the higher probability.
std::optional<double> areaUnderCurve(std::span<const double> probabilities, std::span<const std::uint8_t> targets)
{
    const auto positives = static_cast<double>(std::count(targets.begin(), targets.end(), std::uint8_t{1}));
    const double negatives = static_cast<double>(targets.size()) - positives;
    if (positives == 0 || negatives == 0) return std::nullopt;
    std::vector<std::size_t> order(targets.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return probabilities[a] < probabilities[b]; });
    double positiveRanks = 0;
    for (std::size_t first = 0; first < order.size();) {
        std::size_t end = first;
        double positivesHere = 0;
        while (end < order.size() && probabilities[order[end]] == probabilities[order[first]]) {
            positivesHere += targets[order[end]];
            ++end;
        }
        const double meanRank = (static_cast<double>(first) + 1 + static_cast<double>(end)) / 2;
        positiveRanks += positivesHere * meanRank;
        first = end;
    }
    return (positiveRanks - positives * (positives + 1) / 2) / (positives * negatives);
}

}  // namespace

Result<study::Evaluation> evaluate(std::span<const double> probabilities, std::span<const std::uint8_t> targets)
{
    TRY(checkInput(probabilities, targets));
    double loss = 0;
    double brier = 0;
    double correct = 0;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const double p = probabilities[i];
        const double ofOutcome = targets[i] == 1 ? p : 1 - p;
        loss += std::min(kMaxLoss, -std::log(ofOutcome));
        brier += (p - targets[i]) * (p - targets[i]);
        correct += (p > 0.5) == (targets[i] == 1) ? 1 : 0;
    }
    const auto records = static_cast<double>(targets.size());
    study::Evaluation result;
    result.records = static_cast<std::uint32_t>(targets.size());
    result.loss = loss / records;
    result.accuracy = correct / records;
    result.auc = areaUnderCurve(probabilities, targets);
    result.brier = brier / records;
    return result;
}

}  // namespace quorate::learning
