// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/metrics_report.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "learning/metrics.h"

namespace quorate::learning {

namespace {

using schema::RecordSet;
using schema::TargetKind;

constexpr double kZ95 = 1.959963984540054;

Share shareOf(std::uint32_t count, std::uint32_t of)
{
    return {count, of, of == 0 ? 0 : static_cast<double>(count) / of, study::wilson95(count, of)};
}

bool isTooSmall(std::uint32_t cell, const ReportOptions& options) { return cell > 0 && cell < options.minimumCell; }

double sigmoid(double value) { return 1 / (1 + std::exp(-value)); }

/// Fits outcome = sigmoid(intercept + slope * x) by Newton's method, from (0, 1); the slope stays there unless free.
std::optional<std::pair<double, double>> fitLogistic(std::span<const double> x, std::span<const double> outcomes, bool isSlopeFree)
{
    double intercept = 0;
    double slope = 1;
    for (int iteration = 0; iteration < 50; ++iteration) {
        double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double p = sigmoid(intercept + slope * x[i]);
            const double weight = p * (1 - p);
            g0 += outcomes[i] - p;
            g1 += (outcomes[i] - p) * x[i];
            h00 += weight;
            h01 += weight * x[i];
            h11 += weight * x[i] * x[i];
        }
        const double determinant = isSlopeFree ? h00 * h11 - h01 * h01 : h00;
        if (!(determinant > 1e-12)) return std::nullopt;
        const double step0 = isSlopeFree ? (h11 * g0 - h01 * g1) / determinant : g0 / h00;
        const double step1 = isSlopeFree ? (h00 * g1 - h01 * g0) / determinant : 0;
        intercept += step0;
        slope += step1;
        if (std::abs(step0) + std::abs(step1) < 1e-10) return std::pair(intercept, slope);
    }
    return std::nullopt;
}

Calibration calibrationOf(std::span<const double> probabilities, std::span<const double> targets, const ReportOptions& options)
{
    Calibration result;
    const std::uint32_t count = std::max(1U, options.calibrationBins);
    std::vector<CalibrationBin> bins(count);
    for (std::size_t i = 0; i < targets.size(); ++i) {
        CalibrationBin& bin = bins[std::min(count - 1, static_cast<std::uint32_t>(probabilities[i] * count))];
        ++bin.records;
        bin.predicted += probabilities[i];
        bin.observed += targets[i];
    }
    bool isShown = true;
    for (std::uint32_t i = 0; i < count; ++i) {
        CalibrationBin& bin = bins[i];
        if (bin.records == 0) continue;
        bin.low = static_cast<double>(i) / count;
        bin.high = static_cast<double>(i + 1) / count;
        const auto positives = static_cast<std::uint32_t>(bin.observed);
        isShown = isShown && !isTooSmall(bin.records, options) && !isTooSmall(positives, options) && !isTooSmall(bin.records - positives, options);
        bin.predicted /= bin.records;
        bin.observed /= bin.records;
        result.expectedError += bin.records * std::abs(bin.observed - bin.predicted) / static_cast<double>(targets.size());
        result.bins.push_back(bin);
    }
    if (!isShown) result.bins.clear();
    std::vector<double> logits;
    // A certain probability has no logit; this bound is far outside what a model of a study says.
    for (const double p : probabilities) logits.push_back(std::log(std::clamp(p, 1e-12, 1 - 1e-12) / (1 - std::clamp(p, 1e-12, 1 - 1e-12))));
    if (const auto fit = fitLogistic(logits, targets, true)) result.slope = fit->second;
    if (const auto fit = fitLogistic(logits, targets, false)) result.intercept = fit->first;
    return result;
}

BinaryReport binaryReport(std::span<const double> probabilities, const RecordSet& records, const study::Evaluation& summary,
                          const ReportOptions& options)
{
    Confusion cells;
    for (std::size_t i = 0; i < records.records(); ++i) {
        const bool isPredicted = probabilities[i] > options.threshold;
        if (records.targets[i] == 1) ++(isPredicted ? cells.truePositives : cells.falseNegatives);
        else ++(isPredicted ? cells.falsePositives : cells.trueNegatives);
    }
    BinaryReport result;
    result.auc = summary.auc.value_or(0);
    result.aucInterval = delongInterval(probabilities, records.targets).value_or(Interval{});
    result.brier = summary.brier.value_or(0);
    const auto all = static_cast<std::uint32_t>(records.records());
    cells.accuracy = shareOf(cells.truePositives + cells.trueNegatives, all);
    cells.sensitivity = shareOf(cells.truePositives, cells.truePositives + cells.falseNegatives);
    cells.specificity = shareOf(cells.trueNegatives, cells.trueNegatives + cells.falsePositives);
    const std::uint32_t positive = cells.truePositives + cells.falsePositives;
    if (positive > 0) cells.positivePredictiveValue = shareOf(cells.truePositives, positive);
    if (positive < all) cells.negativePredictiveValue = shareOf(cells.trueNegatives, all - positive);
    const auto values = {cells.truePositives, cells.falsePositives, cells.trueNegatives, cells.falseNegatives};
    if (std::none_of(values.begin(), values.end(), [&](std::uint32_t cell) { return isTooSmall(cell, options); })) result.confusion = cells;
    result.calibration = calibrationOf(probabilities, records.targets, options);
    return result;
}

RegressionReport regressionReport(std::span<const double> values, const RecordSet& records)
{
    const auto count = static_cast<double>(records.records());
    double mean = 0;
    for (const double target : records.targets) mean += target / count;
    double squares = 0, absolute = 0, spread = 0;
    for (std::size_t i = 0; i < records.records(); ++i) {
        const double error = values[i] - records.targets[i];
        squares += error * error;
        absolute += std::abs(error);
        spread += (records.targets[i] - mean) * (records.targets[i] - mean);
    }
    RegressionReport result{std::sqrt(squares / count), absolute / count, std::nullopt};
    if (spread > 0) result.determination = 1 - squares / spread;
    return result;
}

ClassReport classReport(std::span<const double> probabilities, const RecordSet& records, std::size_t outputs, const ReportOptions& options)
{
    ClassReport result;
    result.confusion.assign(outputs, std::vector<std::uint32_t>(outputs));
    std::uint32_t correct = 0;
    for (std::size_t i = 0; i < records.records(); ++i) {
        const auto row = probabilities.subspan(i * outputs, outputs);
        const auto predicted = static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
        const auto target = static_cast<std::size_t>(records.targets[i]);
        ++result.confusion[target][predicted];
        correct += predicted == target ? 1 : 0;
    }
    result.accuracy = shareOf(correct, static_cast<std::uint32_t>(records.records()));
    const bool isSmall = std::any_of(result.confusion.begin(), result.confusion.end(), [&](const auto& row) {
        return std::any_of(row.begin(), row.end(), [&](std::uint32_t cell) { return isTooSmall(cell, options); });
    });
    if (isSmall) result.confusion.clear();
    return result;
}

SurvivalReport survivalReport(std::span<const double> hazards, const RecordSet& records, const ReportOptions& options)
{
    SurvivalReport result;
    result.concordance = concordance(hazards, records.targets, records.events);
    result.events = static_cast<std::uint32_t>(std::count(records.events.begin(), records.events.end(), 1));
    std::mt19937_64 generator(options.seed);
    const std::size_t count = records.records();
    std::vector<double> found;
    for (std::uint32_t resample = 0; resample < options.resamples; ++resample) {
        std::vector<double> hazard(count), time(count);
        std::vector<std::uint8_t> event(count);
        for (std::size_t i = 0; i < count; ++i) {
            // Not std::uniform_int_distribution: it draws differently between standard libraries. The bias is below 2^-40.
            const auto drawn = static_cast<std::size_t>(generator() % count);
            hazard[i] = hazards[drawn];
            time[i] = records.targets[drawn];
            event[i] = records.events[drawn];
        }
        if (const auto value = concordance(hazard, time, event)) found.push_back(*value);
    }
    if (found.size() < 40) return result;
    std::sort(found.begin(), found.end());
    const auto at = [&](double share) { return found[static_cast<std::size_t>(std::floor(share * static_cast<double>(found.size() - 1)))]; };
    result.interval = Interval{at(0.025), at(0.975)};
    return result;
}

Result<void> checkCells(const RecordSet& records, const ReportOptions& options)
{
    const auto refuse = [&](const char* of, std::size_t count) {
        return fail(ErrorKind::PolicyRefused, std::string("fewer than ") + std::to_string(options.minimumCell) + " " + of +
                                                  (count == 0 ? ": there is none" : ""));
    };
    const std::size_t minimum = std::max(1U, options.minimumCell);
    if (records.records() < minimum) return refuse("records", records.records());
    if (records.targetKind == TargetKind::Binary) {
        const std::size_t positives = records.positives();
        if (positives < minimum) return refuse("records with the outcome", positives);
        if (records.records() - positives < minimum) return refuse("records without the outcome", records.records() - positives);
    }
    const auto events = static_cast<std::size_t>(std::count(records.events.begin(), records.events.end(), 1));
    if (records.targetKind == TargetKind::TimeToEvent && events < minimum) return refuse("events", events);
    return {};
}

/// The records of these indexes, without features and groupings.
RecordSet outcomesOf(const RecordSet& records, const std::vector<std::size_t>& rows)
{
    RecordSet chosen;
    chosen.targetKind = records.targetKind;
    for (const std::size_t row : rows) {
        chosen.targets.push_back(records.targets[row]);
        if (!records.events.empty()) chosen.events.push_back(records.events[row]);
    }
    return chosen;
}

}  // namespace

std::optional<Interval> delongInterval(std::span<const double> values, std::span<const double> targets)
{
    std::vector<double> positives, negatives;
    for (std::size_t i = 0; i < targets.size(); ++i) (targets[i] == 1 ? positives : negatives).push_back(values[i]);
    if (positives.size() < 2 || negatives.size() < 2) return std::nullopt;
    std::sort(positives.begin(), positives.end());
    std::sort(negatives.begin(), negatives.end());
    // A value's placement among the others: the share of them below it, half of its equals counted.
    const auto placements = [](const std::vector<double>& of, const std::vector<double>& among) {
        std::vector<double> found;
        for (const double value : of) {
            const auto [first, last] = std::equal_range(among.begin(), among.end(), value);
            found.push_back((static_cast<double>(first - among.begin()) + static_cast<double>(last - among.begin())) / 2 /
                            static_cast<double>(among.size()));
        }
        return found;
    };
    const auto moments = [](const std::vector<double>& found) {
        const auto count = static_cast<double>(found.size());
        double mean = 0, squares = 0;
        for (const double value : found) mean += value / count;
        for (const double value : found) squares += (value - mean) * (value - mean);
        return std::pair(mean, squares / (count - 1) / count);
    };
    const auto [auc, ofPositives] = moments(placements(positives, negatives));
    const double ofNegatives = moments(placements(negatives, positives)).second;
    const double reach = kZ95 * std::sqrt(ofPositives + ofNegatives);
    return Interval{std::max(0.0, auc - reach), std::min(1.0, auc + reach)};
}

Result<Report> report(std::span<const double> predictions, const RecordSet& records, std::size_t outputs, const ReportOptions& options)
{
    Report result;
    TRY_ASSIGN(summary, evaluate(predictions, records, outputs));
    TRY(checkCells(records, options));
    result.summary = summary;
    switch (records.targetKind) {
    case TargetKind::Binary: result.binary = binaryReport(predictions, records, summary, options); break;
    case TargetKind::Decimal: result.regression = regressionReport(predictions, records); break;
    case TargetKind::Class: result.classes = classReport(predictions, records, outputs, options); break;
    case TargetKind::TimeToEvent: result.survival = survivalReport(predictions, records, options); break;
    }
    return result;
}

Result<std::map<std::uint16_t, std::optional<Report>>> reportBySubgroup(std::span<const double> predictions, const RecordSet& records,
                                                                        std::size_t outputs, const std::string& variable,
                                                                        const ReportOptions& options)
{
    TRY(evaluate(predictions, records, outputs));
    const auto grouping = std::find_if(records.groupings.begin(), records.groupings.end(),
                                       [&](const schema::Grouping& candidate) { return candidate.variable == variable; });
    if (grouping == records.groupings.end() || grouping->levels.size() != records.records()) {
        return fail(ErrorKind::Malformed, "variable " + variable + " groups no records, want a categorical variable of the dictionary");
    }
    std::map<std::uint16_t, std::vector<std::size_t>> rows;
    for (std::size_t i = 0; i < records.records(); ++i) rows[grouping->levels[i]].push_back(i);
    std::map<std::uint16_t, std::optional<Report>> reports;
    std::size_t withheld = 0;
    for (const auto& [level, ofLevel] : rows) {
        std::vector<double> chosen;
        for (const std::size_t row : ofLevel) {
            const auto values = predictions.subspan(row * outputs, outputs);
            chosen.insert(chosen.end(), values.begin(), values.end());
        }
        auto made = report(chosen, outcomesOf(records, ofLevel), outputs, options);
        if (!made && made.error().kind != ErrorKind::PolicyRefused) return tl::unexpected(made.error());
        withheld += made ? 0 : 1;
        reports[level] = made ? std::optional(std::move(*made)) : std::nullopt;
    }
    if (withheld != 1) return reports;
    const auto smallest = std::min_element(reports.begin(), reports.end(), [&](const auto& a, const auto& b) {
        const auto sizeOf = [&](const auto& entry) { return entry.second ? rows[entry.first].size() : records.records() + 1; };
        return sizeOf(a) < sizeOf(b);
    });
    smallest->second.reset();
    return reports;
}

}  // namespace quorate::learning
