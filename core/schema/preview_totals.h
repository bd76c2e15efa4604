// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/schema/preview.h"

namespace quorate::schema {

/// Of several sites' cells: what is shown adds up; what is hidden is left out, and said to be.
struct CellTotal {
    std::uint64_t atLeast = 0;
    bool isExact = true;
    bool operator==(const CellTotal&) const = default;
};

struct VariableTotals {
    std::vector<CellTotal> cells;     ///< As cellLabels().
    std::size_t sitesInMoments = 0;   ///< Sites that show mean, deviation and how many values they are of.
    std::optional<double> mean;       ///< Over those sites' values.
    std::optional<double> deviation;
};

struct PreviewTotals {
    std::uint64_t records = 0;
    std::vector<VariableTotals> variables;
};

/// All previews are of this dictionary. Nothing comes out of it that does not stand in the sites' own previews.
PreviewTotals totalsOf(std::span<const SitePreview> previews, const DataDictionary& dictionary);
std::string toText(const PreviewTotals& totals, const DataDictionary& dictionary);

}  // namespace quorate::schema
