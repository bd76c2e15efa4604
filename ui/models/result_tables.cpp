// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <cmath>

#include "ui/models/study_tables.h"
#include "ui/text/formats.h"

namespace quorate::ui {
namespace {

struct ResultWords {
    Q_DECLARE_TR_FUNCTIONS(ResultWords)
};

/// Below this many test records no difference is worth a word.
constexpr std::uint32_t kFewRecords = 20;

Estimate estimateOf(double accuracy, std::uint32_t records)
{
    return {accuracy, wilson95(std::round(accuracy * records), records)};
}

Cell reading(const SiteComparison& site)
{
    const double difference = site.federated.value - site.own.value;
    const bool overlap = site.federated.interval.low <= site.own.interval.high &&
                         site.own.interval.low <= site.federated.interval.high;
    if (site.records < kFewRecords) return {.text = ResultWords::tr("Too few records"), .verdict = VerdictKind::Unknown};
    if (difference < 0) {
        return {.text = overlap ? ResultWords::tr("Lower, not certain") : ResultWords::tr("Lower"),
                .verdict = VerdictKind::Caution};
    }
    if (difference == 0) return {.text = ResultWords::tr("Equal"), .verdict = VerdictKind::Unknown};
    if (overlap) return {.text = ResultWords::tr("Higher, not certain"), .verdict = VerdictKind::Unknown};
    return {.text = ResultWords::tr("Higher"), .verdict = {}};
}

}  // namespace

Interval wilson95(double successes, double trials)
{
    if (trials <= 0) return {};
    constexpr double z = 1.959963984540054;
    const double p = successes / trials;
    const double centre = p + z * z / (2 * trials);
    const double half = z * std::sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials));
    const double scale = 1 + z * z / trials;
    return {(centre - half) / scale, (centre + half) / scale};
}

std::vector<SiteComparison> comparisons(const StudySnapshot& study)
{
    std::vector<SiteComparison> out;
    SiteComparison all{ResultWords::tr("All sites"), 0, {}, {}, Estimate{}};
    double own = 0;
    double federated = 0;
    double pooled = 0;
    for (const auto& site : study.protocol().sites) {
        const auto& progress = study.projection.sites().at(site.id);
        if (!progress.own || !progress.federated) continue;
        const std::uint32_t records = progress.federated->records;
        SiteComparison row{toQString(site.name), records, estimateOf(progress.own->accuracy, records),
                           estimateOf(progress.federated->accuracy, records), {}};
        own += progress.own->accuracy * records;
        federated += progress.federated->accuracy * records;
        all.records += records;
        if (const auto found = study.pooled.find(site.id); found != study.pooled.end()) {
            row.pooled = estimateOf(found->second.accuracy, records);
            pooled += found->second.accuracy * records;
        } else {
            all.pooled.reset();
        }
        out.push_back(std::move(row));
    }
    if (out.size() < 2 || all.records == 0) return out;
    all.own = estimateOf(own / all.records, all.records);
    all.federated = estimateOf(federated / all.records, all.records);
    if (all.pooled) all.pooled = estimateOf(pooled / all.records, all.records);
    out.push_back(std::move(all));
    return out;
}

TableContent resultTable(const StudySnapshot& study)
{
    const auto sites = comparisons(study);
    const bool pooled = !sites.empty() && sites.back().pooled.has_value();
    TableContent table;
    table.header = {{.text = ResultWords::tr("Site")},
                    {.text = ResultWords::tr("Own"), .number = true},
                    {.text = ResultWords::tr("Federated"), .number = true}};
    if (pooled) table.header.push_back({.text = ResultWords::tr("Pooled"), .number = true});
    table.header.push_back({.text = ResultWords::tr("Difference"), .number = true});
    table.header.push_back({.text = ResultWords::tr("Reading")});
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const SiteComparison& site = sites[i];
        const bool total = sites.size() > 1 && i + 1 == sites.size();
        Row row{site.name, {{.text = site.name, .strong = total}}, total};
        row.cells.push_back({.text = chartNumber(site.own.value), .number = true, .strong = total});
        row.cells.push_back({.text = chartNumber(site.federated.value), .number = true, .strong = total});
        if (pooled) {
            row.cells.push_back({.text = site.pooled ? chartNumber(site.pooled->value) : QStringLiteral("–"), .number = true});
        }
        row.cells.push_back({.text = signedNumber(site.federated.value - site.own.value), .number = true, .strong = total});
        row.cells.push_back(reading(site));
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace quorate::ui
