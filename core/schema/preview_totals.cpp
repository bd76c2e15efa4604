// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/preview_totals.h"

#include <cmath>
#include <cstdio>

namespace quorate::schema {
namespace {

/// Means and deviations of groups put together (Chan, Golub and LeVeque 1979).
class Pool {
public:
    void add(double count, double mean, double deviation)
    {
        const double difference = mean - m_mean;
        const double all = m_count + count;
        m_squares += deviation * deviation * (count - 1) + difference * difference * m_count * count / all;
        m_mean += difference * count / all;
        m_count = all;
    }
    [[nodiscard]] double mean() const { return m_mean; }
    [[nodiscard]] double deviation() const { return std::sqrt(m_squares / (m_count - 1)); }

private:
    double m_count = 0;
    double m_mean = 0;
    double m_squares = 0;
};

VariableTotals totalsOf(std::span<const SitePreview> previews, std::size_t variable, std::size_t cells)
{
    VariableTotals out;
    out.cells.resize(cells);
    Pool pool;
    for (const SitePreview& site : previews) {
        const VariablePreview& of = site.variables[variable];
        for (std::size_t i = 0; i < cells; ++i) {
            out.cells[i].atLeast += of.cells[i].count;
            out.cells[i].isExact = out.cells[i].isExact && of.cells[i].state == CellState::Shown;
        }
        const PreviewCell& missing = of.cells.back();
        if (!of.mean || !of.deviation || missing.state != CellState::Shown || site.records < missing.count + 2) continue;
        pool.add(static_cast<double>(site.records - missing.count), *of.mean, *of.deviation);
        ++out.sitesInMoments;
    }
    if (out.sitesInMoments == 0) return out;
    out.mean = pool.mean();
    out.deviation = pool.deviation();
    return out;
}

}  // namespace

PreviewTotals totalsOf(std::span<const SitePreview> previews, const DataDictionary& dictionary)
{
    PreviewTotals out;
    for (const SitePreview& site : previews) out.records += site.records;
    const auto variables = previewedVariables(dictionary);
    for (std::size_t i = 0; i < variables.size(); ++i) out.variables.push_back(totalsOf(previews, i, cellLabels(*variables[i]).size()));
    return out;
}

std::string toText(const PreviewTotals& totals, const DataDictionary& dictionary)
{
    std::string out = std::to_string(totals.records) + " records\n";
    const auto variables = previewedVariables(dictionary);
    for (std::size_t i = 0; i < variables.size(); ++i) {
        const VariableTotals& variable = totals.variables[i];
        out += "\n" + variables[i]->name + (variables[i]->unit.empty() ? "" : " [" + variables[i]->unit + "]");
        char moments[96] = "";
        if (variable.mean) {
            std::snprintf(moments, sizeof moments, "  mean %.3g, sd %.3g, over %zu sites", *variable.mean, *variable.deviation, variable.sitesInMoments);
        }
        out += std::string(moments) + "\n";
        const auto labels = cellLabels(*variables[i]);
        for (std::size_t n = 0; n < labels.size(); ++n) {
            out += "  " + labels[n] + ": " + (variable.cells[n].isExact ? "" : "at least ") + std::to_string(variable.cells[n].atLeast) + "\n";
        }
    }
    return out;
}

}  // namespace quorate::schema
