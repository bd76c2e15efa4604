// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/metric_series.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/text/formats.h"

namespace quorate::ui {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct MetricWords {
    Q_DECLARE_TR_FUNCTIONS(MetricWords)
};

double medianOf(std::vector<double> values)
{
    if (values.empty()) return kNone;
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

QString nameOf(Metric metric)
{
    switch (metric) {
    case Metric::Auc: return MetricWords::tr("AUC");
    case Metric::Loss: return MetricWords::tr("Loss");
    case Metric::Accuracy: return MetricWords::tr("Accuracy");
    case Metric::Brier: return MetricWords::tr("Brier");
    case Metric::UpdateNorm: return MetricWords::tr("Update norm");
    case Metric::Seconds: return MetricWords::tr("Seconds");
    }
    return {};
}

QString tabNameOf(Metric metric)
{
    return metric == Metric::UpdateNorm ? MetricWords::tr("Norm") : nameOf(metric);
}

double valueOf(Metric metric, const study::SiteRoundMetrics& metrics)
{
    switch (metric) {
    case Metric::Auc: return metrics.before.auc.value_or(kNone);
    case Metric::Loss: return metrics.before.loss;
    case Metric::Accuracy: return metrics.before.accuracy.value_or(kNone);
    case Metric::Brier: return metrics.before.brier.value_or(kNone);
    case Metric::UpdateNorm: return metrics.updateNorm;
    case Metric::Seconds: return metrics.seconds;
    }
    return kNone;
}

MetricSeries metricSeries(const StudySnapshot& study, Metric metric)
{
    MetricSeries out;
    const auto& projection = study.projection;
    out.plannedRounds = study.protocol().plan.rounds;
    const std::size_t rounds = projection.currentRound();
    if (!projection.rounds().empty() && !projection.rounds().back().closedAt) out.runningRound = projection.currentRound();
    out.closedAt.resize(rounds);
    for (const auto& round : projection.rounds()) {
        if (round.closedAt) out.closedAt[round.round - 1] = MetricWords::tr("%1 UTC").arg(utcMinute(*round.closedAt));
    }
    int index = 0;
    for (const auto& site : study.protocol().sites) {
        Series line{toQString(site.name), index++, std::vector<double>(rounds, kNone)};
        for (const auto& [round, metrics] : projection.sites().at(site.id).metrics) {
            if (round >= 1 && round <= rounds) line.values[round - 1] = valueOf(metric, metrics);
        }
        out.sites.push_back(std::move(line));
    }
    out.median = {MetricWords::tr("Median of %1").arg(out.sites.size()), -1, {}};
    for (std::size_t round = 0; round < rounds; ++round) {
        std::vector<double> present;
        for (const Series& site : out.sites) {
            if (std::isfinite(site.values[round])) present.push_back(site.values[round]);
        }
        // A median of half the sites would move when the rest reports; the open round has none.
        const bool complete = round + 1 != out.runningRound;
        out.median.values.push_back(complete ? medianOf(present) : kNone);
        const auto [low, high] = std::minmax_element(present.begin(), present.end());
        out.low.push_back(complete && !present.empty() ? *low : kNone);
        out.high.push_back(complete && !present.empty() ? *high : kNone);
    }
    return out;
}

TableContent metricTable(const MetricSeries& series)
{
    TableContent table;
    table.header = {{.text = MetricWords::tr("Round"), .number = true}, {.text = series.median.name, .number = true}};
    for (const Series& site : series.sites) table.header.push_back({.text = site.name, .number = true});
    for (std::size_t round = 0; round < series.median.values.size(); ++round) {
        Row row{QString::number(round + 1), {{.text = QString::number(round + 1), .number = true}}, false};
        row.cells.push_back({.text = chartNumber(series.median.values[round]), .number = true, .strong = true});
        for (const Series& site : series.sites) row.cells.push_back({.text = chartNumber(site.values[round]), .number = true});
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::vector<double> smoothed(const std::vector<double>& values, double weight)
{
    std::vector<double> out;
    out.reserve(values.size());
    double sum = 0;
    double bias = 1;
    for (const double value : values) {
        if (!std::isfinite(value)) {
            out.push_back(value);
            continue;
        }
        sum = weight * sum + (1 - weight) * value;
        bias *= weight;
        out.push_back(sum / (1 - bias));
    }
    return out;
}

std::vector<Point> decimated(const std::vector<Point>& points, std::size_t limit)
{
    std::vector<Point> finite;
    std::copy_if(points.begin(), points.end(), std::back_inserter(finite), [](const Point& p) { return std::isfinite(p.y); });
    if (finite.size() <= limit || limit < 2) return finite;
    std::vector<Point> out;
    const std::size_t buckets = limit / 2;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        const auto begin = finite.begin() + static_cast<std::ptrdiff_t>(bucket * finite.size() / buckets);
        const auto end = finite.begin() + static_cast<std::ptrdiff_t>((bucket + 1) * finite.size() / buckets);
        auto [low, high] = std::minmax_element(begin, end, [](const Point& a, const Point& b) { return a.y < b.y; });
        if (high < low) std::swap(low, high);
        out.push_back(*low);
        if (low != high) out.push_back(*high);
    }
    return out;
}

}  // namespace quorate::ui
