// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/schema/dataset.h"
#include "core/study/intervals.h"
#include "core/study/metrics.h"

namespace quorate::learning {

using study::Interval;

/// How a report is made, and what it must not show.
struct ReportOptions {
    double threshold = 0.5;           ///< A probability above it counts as positive.
    std::uint32_t minimumCell = 5;    ///< A figure that rests on fewer records is withheld; at least 1.
    std::uint32_t calibrationBins = 10;
    std::uint32_t resamples = 1000;   ///< Of the bootstrap, where no formula gives an interval.
    std::uint64_t seed = 42;          ///< Of the resamples: the same records give the same report.
};

/// A share of records with Wilson's interval.
struct Share {
    std::uint32_t count = 0;
    std::uint32_t of = 0;
    double value = 0;
    Interval interval;
};

/// At the threshold. The shares tell the cells, so they come and go with them.
struct Confusion {
    std::uint32_t truePositives = 0;
    std::uint32_t falsePositives = 0;
    std::uint32_t trueNegatives = 0;
    std::uint32_t falseNegatives = 0;
    Share accuracy, sensitivity, specificity;
    std::optional<Share> positivePredictiveValue, negativePredictiveValue;  ///< Absent when nothing is predicted so.
};

/// Records whose probability lies in [low, high), or in [low, 1] in the last bin. Bins without records are left out.
struct CalibrationBin {
    double low = 0;
    double high = 0;
    std::uint32_t records = 0;
    double predicted = 0;  ///< Mean probability.
    double observed = 0;   ///< Share of positives.
};

struct Calibration {
    std::vector<CalibrationBin> bins;  ///< Empty when a bin has fewer records than the minimum cell.
    double expectedError = 0;          ///< Mean |observed - predicted| over the bins, weighted by records (ECE).
    /// Of the logistic regression of the outcome on the logit of the probability: 1 is ideal. Absent when it has no finite
    /// estimate, as when the outcomes are separated.
    std::optional<double> slope;
    /// The same with the slope held at 1 (calibration in the large): 0 is ideal.
    std::optional<double> intercept;
};

struct BinaryReport {
    double auc = 0;
    Interval aucInterval;  ///< DeLong et al. 1988.
    double brier = 0;
    /// Absent when a cell has fewer records than the minimum, but some.
    std::optional<Confusion> confusion;
    Calibration calibration;
};

struct RegressionReport {
    double rmse = 0;
    double meanAbsoluteError = 0;
    std::optional<double> determination;  ///< R squared; absent when all targets are equal.
};

struct ClassReport {
    Share accuracy;
    /// Rows: the outcome, columns: the prediction. Empty when a cell has fewer records than the minimum, but some.
    std::vector<std::vector<std::uint32_t>> confusion;
};

struct SurvivalReport {
    std::optional<double> concordance;
    std::optional<Interval> interval;  ///< Bootstrap, 2.5 to 97.5 percentile.
    std::uint32_t events = 0;
};

/// One model on one set of records; what belongs to the kind of target is there.
struct Report {
    study::Evaluation summary;
    std::optional<BinaryReport> binary;
    std::optional<RegressionReport> regression;
    std::optional<ClassReport> classes;
    std::optional<SurvivalReport> survival;
};

/// Malformed as evaluate(); PolicyRefused when the records, or either outcome of a binary target, or the events of a
/// survival, are fewer than the minimum cell.
Result<Report> report(std::span<const double> predictions, const schema::RecordSet& records, std::size_t outputs, const ReportOptions& options);

/// The report of each level of a grouping variable, by the level's index; absent where it is withheld, and then of at least
/// two levels, so that no one can subtract the others from the whole. Records without a level are a level of their own
/// (Grouping::kMissing). Malformed when the records have no such grouping.
Result<std::map<std::uint16_t, std::optional<Report>>> reportBySubgroup(std::span<const double> predictions, const schema::RecordSet& records,
                                                                        std::size_t outputs, const std::string& variable,
                                                                        const ReportOptions& options);

/// DeLong's interval of the area under the curve, cut at 0 and 1. Absent when either class has fewer than two records.
std::optional<Interval> delongInterval(std::span<const double> values, std::span<const double> targets);

}  // namespace quorate::learning
