// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace quorate::learning {

namespace {

using schema::TargetKind;

constexpr double kMaxLoss = 100;

bool isProbability(double value) { return value >= 0 && value <= 1; }

Result<void> checkInput(std::span<const double> predictions, const schema::RecordSet& records, std::size_t outputs)
{
    if (records.targets.empty() || predictions.size() != records.records() * outputs) {
        return fail(ErrorKind::Malformed, std::to_string(predictions.size()) + " predictions for " + std::to_string(records.records()) +
                                              " records, want " + std::to_string(outputs) + " for each, at least 1");
    }
    const bool isShare = records.targetKind == TargetKind::Binary || records.targetKind == TargetKind::Class;
    if (isShare && !std::all_of(predictions.begin(), predictions.end(), isProbability)) {
        return fail(ErrorKind::Malformed, "a probability is not within 0 and 1");
    }
    if (!std::all_of(predictions.begin(), predictions.end(), [](double p) { return std::isfinite(p); })) {
        return fail(ErrorKind::Malformed, "a prediction is not a finite number");
    }
    const double last = records.targetKind == TargetKind::Class ? static_cast<double>(outputs) - 1 : 1;
    if (isShare && !std::all_of(records.targets.begin(), records.targets.end(),
                                [&](double t) { return t >= 0 && t <= last && t == std::floor(t); })) {
        return fail(ErrorKind::Malformed, records.targetKind == TargetKind::Class ? "an outcome is no class" : "an outcome is neither 0 nor 1");
    }
    const std::size_t events = records.targetKind == TargetKind::TimeToEvent ? records.records() : 0;
    if (records.events.size() != events) return fail(ErrorKind::Malformed, "times and events differ in number");
    return {};
}

double costOf(double probability) { return std::min(kMaxLoss, -std::log(probability)); }

void addBinary(study::Evaluation& result, std::span<const double> probabilities, std::span<const double> targets)
{
    const auto count = static_cast<double>(targets.size());
    double loss = 0;
    double brier = 0;
    double correct = 0;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const double p = probabilities[i];
        loss += costOf(targets[i] == 1 ? p : 1 - p);
        brier += (p - targets[i]) * (p - targets[i]);
        correct += (p > 0.5) == (targets[i] == 1) ? 1 : 0;
    }
    result.loss = loss / count;
    result.accuracy = correct / count;
    result.auc = areaUnderCurve(probabilities, targets);
    result.brier = brier / count;
}

void addClass(study::Evaluation& result, std::span<const double> probabilities, std::span<const double> targets, std::size_t outputs)
{
    double loss = 0;
    double correct = 0;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const auto ofRecord = probabilities.subspan(i * outputs, outputs);
        const auto target = static_cast<std::size_t>(targets[i]);
        loss += costOf(ofRecord[target]);
        correct += std::max_element(ofRecord.begin(), ofRecord.end()) == ofRecord.begin() + static_cast<std::ptrdiff_t>(target) ? 1 : 0;
    }
    result.loss = loss / static_cast<double>(targets.size());
    result.accuracy = correct / static_cast<double>(targets.size());
}

void addDecimal(study::Evaluation& result, std::span<const double> values, std::span<const double> targets)
{
    double squares = 0;
    for (std::size_t i = 0; i < targets.size(); ++i) squares += (values[i] - targets[i]) * (values[i] - targets[i]);
    result.loss = squares / static_cast<double>(targets.size());
    result.rmse = std::sqrt(result.loss);
}

std::vector<std::size_t> ascending(std::span<const double> values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] != values[b] ? values[a] < values[b] : a < b; });
    return order;
}

/// By event; 0 without one.
double partialLikelihoodLoss(std::span<const double> hazards, std::span<const double> times, std::span<const std::uint8_t> events)
{
    const double largest = *std::max_element(hazards.begin(), hazards.end());
    const auto order = ascending(times);
    double atRisk = 0;
    double loss = 0;
    double seen = 0;
    for (std::size_t end = order.size(); end > 0;) {
        std::size_t first = end;
        for (; first > 0 && times[order[first - 1]] == times[order[end - 1]]; --first) atRisk += std::exp(hazards[order[first - 1]] - largest);
        for (std::size_t i = first; i < end; ++i) {
            if (events[order[i]] == 0) continue;
            loss += std::max(0.0, std::log(atRisk) + largest - hazards[order[i]]);
            ++seen;
        }
        end = first;
    }
    return seen > 0 ? loss / seen : 0;
}

/// How many of the values put in lie below a value: a Fenwick tree over ranks.
class RankCounts {
public:
    explicit RankCounts(std::size_t ranks) : m_counts(ranks + 1) {}
    void add(std::size_t rank)
    {
        for (std::size_t i = rank + 1; i < m_counts.size(); i += i & (~i + 1)) ++m_counts[i];
    }
    [[nodiscard]] double below(std::size_t rank) const
    {
        double count = 0;
        for (std::size_t i = rank; i > 0; i -= i & (~i + 1)) count += static_cast<double>(m_counts[i]);
        return count;
    }

private:
    std::vector<std::uint64_t> m_counts;
};

/// Equal values have one rank.
std::vector<std::size_t> ranksOf(std::span<const double> values)
{
    const auto order = ascending(values);
    std::vector<std::size_t> ranks(values.size());
    for (std::size_t i = 1; i < order.size(); ++i) {
        ranks[order[i]] = ranks[order[i - 1]] + (values[order[i]] == values[order[i - 1]] ? 0 : 1);
    }
    return ranks;
}

}  // namespace

std::optional<double> areaUnderCurve(std::span<const double> values, std::span<const double> targets)
{
    const auto positives = static_cast<double>(std::count(targets.begin(), targets.end(), 1.0));
    const double negatives = static_cast<double>(targets.size()) - positives;
    if (positives == 0 || negatives == 0) return std::nullopt;
    const auto order = ascending(values);
    double positiveRanks = 0;
    for (std::size_t first = 0; first < order.size();) {
        std::size_t end = first;
        double positivesHere = 0;
        for (; end < order.size() && values[order[end]] == values[order[first]]; ++end) positivesHere += targets[order[end]];
        positiveRanks += positivesHere * (static_cast<double>(first) + 1 + static_cast<double>(end)) / 2;
        first = end;
    }
    return (positiveRanks - positives * (positives + 1) / 2) / (positives * negatives);
}

std::optional<double> concordance(std::span<const double> hazards, std::span<const double> times, std::span<const std::uint8_t> events)
{
    const auto order = ascending(times);
    const auto ranks = ranksOf(hazards);
    RankCounts later(hazards.size());
    double pairs = 0;
    double points = 0;
    double laterCount = 0;
    for (std::size_t end = order.size(); end > 0;) {
        std::size_t first = end;
        while (first > 0 && times[order[first - 1]] == times[order[end - 1]]) --first;
        // At one time, those censored outlive those with an event; two events at one time cannot be compared.
        for (std::size_t i = first; i < end; ++i) {
            if (events[order[i]] != 0) continue;
            later.add(ranks[order[i]]);
            ++laterCount;
        }
        for (std::size_t i = first; i < end; ++i) {
            if (events[order[i]] == 0) continue;
            const double below = later.below(ranks[order[i]]);
            points += (below + later.below(ranks[order[i]] + 1)) / 2;
            pairs += laterCount;
        }
        for (std::size_t i = first; i < end; ++i) {
            if (events[order[i]] == 0) continue;
            later.add(ranks[order[i]]);
            ++laterCount;
        }
        end = first;
    }
    return pairs > 0 ? std::optional(points / pairs) : std::nullopt;
}

Result<study::Evaluation> evaluate(std::span<const double> predictions, const schema::RecordSet& records, std::size_t outputs)
{
    TRY(checkInput(predictions, records, outputs));
    study::Evaluation result;
    result.records = static_cast<std::uint32_t>(records.records());
    switch (records.targetKind) {
    case TargetKind::Binary: addBinary(result, predictions, records.targets); break;
    case TargetKind::Class: addClass(result, predictions, records.targets, outputs); break;
    case TargetKind::Decimal: addDecimal(result, predictions, records.targets); break;
    case TargetKind::TimeToEvent:
        result.loss = partialLikelihoodLoss(predictions, records.targets, records.events);
        result.concordance = concordance(predictions, records.targets, records.events);
        break;
    }
    return result;
}

}  // namespace quorate::learning
