// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/csv_reader.h"
#include "core/schema/harmonisation.h"

namespace quorate::schema {

enum class CellState {
    Shown,
    Small,     ///< Below the site's smallest cell.
    Withheld,  ///< Would give a small one away.
};

/// One count of a group whose counts add up to a total that is known.
struct PreviewCell {
    CellState state = CellState::Withheld;
    std::uint64_t count = 0;  ///< 0 unless Shown.
    bool operator==(const PreviewCell&) const = default;
};

struct VariablePreview {
    std::vector<PreviewCell> cells;    ///< As cellLabels() names them; the last one counts missing values.
    std::optional<double> mean;        ///< Of numbers; three significant digits.
    std::optional<double> deviation;   ///< Sample standard deviation (n - 1); three significant digits.
    bool operator==(const VariablePreview&) const = default;
};

/// What one site shows of its records before anything is trained: one table a variable and nothing across variables, with
/// small counts kept back by the site itself (docs/formats/preview.md).
struct SitePreview {
    std::uint32_t smallestCell = 5;
    std::uint64_t records = 0;
    std::vector<PreviewCell> completeness;    ///< Records that would remain, records that would not.
    std::vector<VariablePreview> variables;   ///< Of previewedVariables().
    Digest32 harmonisation{};
    bool operator==(const SitePreview&) const = default;
};

/// All but the identifier, in the dictionary's order.
std::vector<const Variable*> previewedVariables(const DataDictionary& dictionary);
/// Levels, or values or ranges of a number, then "missing". They follow from the dictionary alone, so that sites can be added up.
std::vector<std::string> cellLabels(const Variable& variable);

/// Which counts of a group can be shown when its total is known: those below `smallest` are Small, and so many others are
/// Withheld that each small one might still be anything from 0 to smallest - 1.
std::vector<PreviewCell> protect(const std::vector<std::uint64_t>& counts, std::uint64_t smallest);

/// Reads all records; the file must conform. PolicyRefused when it has fewer records than the smallest cell.
Result<SitePreview> previewOf(const DataDictionary& dictionary, const Harmonisation& rules, const std::filesystem::path& recordsFile,
                              std::uint32_t smallestCell, const CsvLimits& limits = {});

/// JSON, the same bytes for the same preview, and back; Malformed unless it is a preview for this dictionary.
std::string toJson(const SitePreview& preview, const DataDictionary& dictionary);
Result<SitePreview> previewFromJson(std::string_view json, const DataDictionary& dictionary);

/// "303", "< 5", "withheld".
std::string textOf(const PreviewCell& cell, std::uint32_t smallestCell);
std::string toText(const SitePreview& preview, const DataDictionary& dictionary);

}  // namespace quorate::schema
