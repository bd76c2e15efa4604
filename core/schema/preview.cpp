// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/preview.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "core/schema/cell_value.h"
#include "core/schema/conformance.h"

namespace quorate::schema {
namespace {

constexpr std::size_t kBins = 10;
constexpr double kMostSingleValues = 12;

/// How a number's values fall into cells; no histogram without a range.
struct Bins {
    std::size_t count = 1;
    double begin = 0;
    double width = 0;       ///< 0: one cell for all values.
    bool isSingle = false;  ///< Each cell is one value.

    explicit Bins(const Variable& variable)
    {
        if (!variable.minimum || !variable.maximum || !(*variable.maximum > *variable.minimum)) return;
        begin = *variable.minimum;
        const double range = *variable.maximum - *variable.minimum;
        isSingle = variable.type == VariableType::Integer && range + 1 <= kMostSingleValues;
        count = isSingle ? static_cast<std::size_t>(range) + 1 : kBins;
        width = isSingle ? 1 : range / kBins;
    }
    [[nodiscard]] std::size_t of(double value) const
    {
        if (width == 0) return 0;
        return std::min(static_cast<std::size_t>(std::max(0.0, (value - begin) / width)), count - 1);
    }
};

std::string plain(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

/// Three significant digits.
double rounded(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", value);
    double out = 0;
    std::from_chars(text, text + sizeof text, out);
    return out;
}

/// Counts and moments of one variable while records are read (Welford's update).
class Tally {
public:
    explicit Tally(const Variable& variable)
        : m_variable(variable), m_bins(variable), m_counts(cellLabels(variable).size(), 0)
    {
    }

    void add(const std::optional<double>& value)
    {
        if (!value) {
            ++m_counts.back();
            return;
        }
        if (m_variable.type == VariableType::Categorical) {
            ++m_counts[static_cast<std::size_t>(*value)];
            return;
        }
        ++m_counts[m_bins.of(*value)];
        ++m_values;
        const double difference = *value - m_mean;
        m_mean += difference / static_cast<double>(m_values);
        m_squares += difference * (*value - m_mean);
    }

    [[nodiscard]] VariablePreview preview(std::uint64_t smallest) const
    {
        VariablePreview out;
        out.cells = protect(m_counts, smallest);
        // Where a cell is one value, mean times number would give a hidden count away.
        const bool hides = std::any_of(out.cells.begin(), out.cells.end(), [](const auto& cell) { return cell.state != CellState::Shown; });
        if (m_variable.type == VariableType::Categorical || m_values < std::max<std::uint64_t>(smallest, 2) || (m_bins.isSingle && hides)) return out;
        out.mean = rounded(m_mean);
        out.deviation = rounded(std::sqrt(m_squares / static_cast<double>(m_values - 1)));
        return out;
    }

private:
    const Variable& m_variable;
    Bins m_bins;
    std::vector<std::uint64_t> m_counts;
    std::uint64_t m_values = 0;
    double m_mean = 0;
    double m_squares = 0;
};

/// Each small cell may be anything from 0 to smallest - 1, for all that the total of the hidden ones says.
bool hidesEnough(std::uint64_t hiddenTotal, std::uint64_t smallCells, std::uint64_t withheldCells, std::uint64_t smallest)
{
    if (smallCells == 0) return true;
    const std::uint64_t most = smallest - 1;
    if (withheldCells > 0) return hiddenTotal >= withheldCells * smallest + most;
    return hiddenTotal >= most && hiddenTotal <= (smallCells - 1) * most;
}

}  // namespace

std::vector<const Variable*> previewedVariables(const DataDictionary& dictionary)
{
    std::vector<const Variable*> out;
    for (const Variable& variable : dictionary.variables) {
        if (variable.type != VariableType::Identifier) out.push_back(&variable);
    }
    return out;
}

std::vector<std::string> cellLabels(const Variable& variable)
{
    std::vector<std::string> out;
    if (variable.type == VariableType::Categorical) {
        for (const Level& level : variable.levels) out.push_back(level.label.empty() ? level.code : level.label);
    } else {
        const Bins bins(variable);
        for (std::size_t i = 0; i < bins.count; ++i) {
            const double from = bins.begin + static_cast<double>(i) * bins.width;
            if (bins.width == 0) out.push_back("any value");
            else out.push_back(bins.isSingle ? plain(from) : plain(from) + " to " + plain(from + bins.width));
        }
    }
    out.push_back("missing");
    return out;
}

std::vector<PreviewCell> protect(const std::vector<std::uint64_t>& counts, std::uint64_t smallest)
{
    std::vector<PreviewCell> out;
    std::vector<std::size_t> others;  // From the smallest count up.
    std::uint64_t hidden = 0;
    std::uint64_t small = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const bool isSmall = counts[i] < smallest;
        out.push_back(isSmall ? PreviewCell{CellState::Small, 0} : PreviewCell{CellState::Shown, counts[i]});
        if (!isSmall) others.push_back(i);
        hidden += isSmall ? counts[i] : 0;
        small += isSmall ? 1 : 0;
    }
    std::stable_sort(others.begin(), others.end(), [&](std::size_t a, std::size_t b) { return counts[a] < counts[b]; });
    std::size_t withheld = 0;
    while (!hidesEnough(hidden, small, withheld, smallest)) {
        if (withheld == others.size()) return std::vector<PreviewCell>(counts.size());
        hidden += counts[others[withheld]];
        out[others[withheld++]] = {CellState::Withheld, 0};
    }
    return out;
}

Result<SitePreview> previewOf(const DataDictionary& dictionary, const Harmonisation& rules, const std::filesystem::path& recordsFile,
                              std::uint32_t smallestCell, const CsvLimits& limits)
{
    TRY_ASSIGN(report, checkConformance(dictionary, rules, recordsFile, limits));
    if (!report.conforms()) return fail(ErrorKind::Malformed, report.file + ": does not conform to the study's dictionary");
    if (report.records < smallestCell) {
        return fail(ErrorKind::PolicyRefused, report.file + ": has fewer records than this site's smallest cell, " + std::to_string(smallestCell));
    }
    TRY_ASSIGN(reader, CsvReader::open(recordsFile, limits));
    std::vector<std::string> cells;
    TRY(reader.next(cells));
    std::vector<const Variable*> columns;
    for (const auto& name : cells) columns.push_back(rules.variableOf(name, dictionary));
    const auto variables = previewedVariables(dictionary);
    std::vector<Tally> tallies;
    for (const Variable* variable : variables) tallies.emplace_back(*variable);
    while (true) {
        TRY_ASSIGN(found, reader.next(cells));
        if (!found) break;
        if (cells.size() != columns.size()) return reader.failure("changed while it was read");
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto at = std::find(variables.begin(), variables.end(), columns[i]);
            if (at == variables.end()) continue;
            tallies[static_cast<std::size_t>(at - variables.begin())].add(readCell(**at, rules.apply(**at, cells[i])).value);
        }
    }
    SitePreview out;
    out.smallestCell = smallestCell;
    out.records = report.records;
    out.harmonisation = rules.digest();
    out.completeness = protect({report.usable, report.records - report.usable}, smallestCell);
    for (const Tally& tally : tallies) out.variables.push_back(tally.preview(smallestCell));
    return out;
}

}  // namespace quorate::schema
