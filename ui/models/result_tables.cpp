// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <cmath>
#include <limits>

#include "ui/models/study_tables.h"
#include "ui/text/formats.h"

namespace quorate::ui {
namespace {

struct ResultWords {
    Q_DECLARE_TR_FUNCTIONS(ResultWords)
};

/// Below this many test records no difference is worth a word.
constexpr std::uint32_t kFewRecords = 20;

Estimate estimateOf(double value, std::uint32_t records, ResultMeasure measure)
{
    if (measure == ResultMeasure::Auc || !std::isfinite(value)) return {value, {}};
    return {value, wilson95(std::round(value * records), records)};
}

double figureOf(const study::Evaluation& evaluation, ResultMeasure measure)
{
    const auto& figure = measure == ResultMeasure::Accuracy ? evaluation.accuracy : evaluation.auc;
    return figure.value_or(std::numeric_limits<double>::quiet_NaN());
}

/// Never more than the intervals carry: "Higher" alone only when they lie apart.
Cell reading(const SiteComparison& site)
{
    const double difference = site.federated.value - site.own.value;
    const bool known = site.federated.interval && site.own.interval;
    const bool apart = known && (site.federated.interval->low > site.own.interval->high || site.own.interval->low > site.federated.interval->high);
    if (!std::isfinite(difference)) return {.text = ResultWords::tr("Not given"), .verdict = VerdictKind::Unknown};
    if (site.records < kFewRecords) return {.text = ResultWords::tr("Too few records"), .verdict = VerdictKind::Unknown};
    if (difference == 0) return {.text = ResultWords::tr("Equal"), .verdict = VerdictKind::Unknown};
    if (difference < 0) {
        return {.text = apart ? ResultWords::tr("Lower") : known ? ResultWords::tr("Lower, not certain") : ResultWords::tr("Lower, no interval"),
                .verdict = VerdictKind::Caution};
    }
    if (apart) return {.text = ResultWords::tr("Higher"), .verdict = {}};
    return {.text = known ? ResultWords::tr("Higher, not certain") : ResultWords::tr("Higher, no interval"), .verdict = VerdictKind::Unknown};
}

/// Sums one model over the sites, weighted by their test records. A site without the figure leaves the whole without one.
class Total {
public:
    explicit Total(ResultMeasure measure) : m_measure(measure) {}
    Estimate add(double value, std::uint32_t records)
    {
        m_sum += value * records;
        m_records += records;
        return estimateOf(value, records, m_measure);
    }
    [[nodiscard]] Estimate mean() const { return estimateOf(m_sum / m_records, m_records, m_measure); }

private:
    ResultMeasure m_measure;
    double m_sum = 0;
    std::uint32_t m_records = 0;
};

}  // namespace

std::vector<SiteComparison> comparisons(const StudySnapshot& study, ResultMeasure measure)
{
    std::vector<SiteComparison> out;
    SiteComparison all{measure == ResultMeasure::Accuracy ? ResultWords::tr("All sites") : ResultWords::tr("Mean"), 0, {}, {}, {}};
    Total own(measure);
    Total federated(measure);
    Total pooled(measure);
    bool everywherePooled = true;
    for (const auto& site : study.protocol().sites) {
        const auto& progress = study.projection.sites().at(site.id);
        if (!progress.own || !progress.federated || progress.federated->records == 0) continue;
        const std::uint32_t records = progress.federated->records;
        SiteComparison row{toQString(site.name), records, own.add(figureOf(*progress.own, measure), records),
                           federated.add(figureOf(*progress.federated, measure), records), {}};
        all.records += records;
        const auto found = study.pooled.find(site.id);
        everywherePooled = everywherePooled && found != study.pooled.end();
        if (found != study.pooled.end()) row.pooled = pooled.add(figureOf(found->second, measure), records);
        out.push_back(std::move(row));
    }
    if (out.size() < 2) return out;
    all.own = own.mean();
    all.federated = federated.mean();
    if (everywherePooled) all.pooled = pooled.mean();
    out.push_back(std::move(all));
    return out;
}

TableContent resultTable(const StudySnapshot& study, ResultMeasure measure)
{
    const auto sites = comparisons(study, measure);
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
