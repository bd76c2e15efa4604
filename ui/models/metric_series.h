// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "core/ports/study_desk.h"
#include "ui/models/table_model.h"

namespace quorate::ui {

/// What a site says about one round. The first four are the round's global model on the site's own test records.
enum class Metric { Auc, Loss, Accuracy, Brier, UpdateNorm, Seconds };

inline constexpr Metric kMetrics[] = {Metric::Auc, Metric::Loss, Metric::Accuracy, Metric::Brier, Metric::UpdateNorm,
                                      Metric::Seconds};
QString nameOf(Metric metric);
/// One word, for a row of tabs.
QString tabNameOf(Metric metric);
/// NaN where the site gave none.
double valueOf(Metric metric, const study::SiteRoundMetrics& metrics);

/// One line: a value per round from round 1, NaN where there is none.
struct Series {
    QString name;
    int colorIndex = -1;  ///< Site's index in the protocol; -1 for the median.
    std::vector<double> values;
};

struct MetricSeries {
    std::vector<Series> sites;
    Series median;
    std::vector<double> low;    ///< Smallest and largest value per round.
    std::vector<double> high;
    std::uint32_t plannedRounds = 0;
    std::uint32_t runningRound = 0;       ///< 0 when none is open.
    std::vector<QString> closedAt;        ///< "14:02 UTC" per round; empty while open.
};

MetricSeries metricSeries(const StudySnapshot& study, Metric metric);
/// A row per round, a column per line: the chart's own numbers.
TableContent metricTable(const MetricSeries& series);

/// Exponential moving average with `weight` for the past, divided by 1 - weight^n so that the start is not drawn to zero.
/// NaN passes through and does not count.
std::vector<double> smoothed(const std::vector<double>& values, double weight);

/// At most `limit` points: of each bucket the smallest and the largest, in order. NaN is left out.
struct Point {
    double x = 0;
    double y = 0;
};
std::vector<Point> decimated(const std::vector<Point>& points, std::size_t limit);

}  // namespace quorate::ui
