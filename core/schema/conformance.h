// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/csv_reader.h"
#include "core/schema/harmonisation.h"

namespace quorate::schema {

/// Where one kind of fault stands; never what the cells hold.
struct FaultCount {
    std::uint64_t count = 0;
    std::vector<std::uint64_t> rows;  ///< The first few, as a spreadsheet counts them.
    bool operator==(const FaultCount&) const = default;
};

struct VariableConformance {
    std::string name;
    std::string unit;                  ///< That the dictionary wants.
    bool isInFile = false;
    bool isConverted = false;          ///< By a rule of the site.
    std::uint64_t values = 0;          ///< As the dictionary wants them.
    FaultCount missing;                ///< A fault only where the study does not allow it.
    bool mustNotBeMissing = false;
    FaultCount notANumber;
    FaultCount notWhole;
    FaultCount outOfRange;
    FaultCount unknownLevel;

    [[nodiscard]] bool conforms() const;
    /// More than half of the numbers are out of range: most likely another unit.
    [[nodiscard]] bool looksLikeAnotherUnit() const;
};

/// How well a hospital's file fits a study's dictionary. Holds no value, no identifier and no header's text that the
/// dictionary does not know, so that it can be shown to the study's coordinator.
struct ConformanceReport {
    std::string file;
    std::uint64_t records = 0;
    FaultCount ragged;                          ///< Another number of cells than the header.
    FaultCount duplicateIdentifiers;
    FaultCount badIdentifiers;                  ///< Missing or too long.
    std::vector<std::size_t> unknownColumns;    ///< From 1.
    std::vector<std::size_t> repeatedColumns;
    std::size_t ignoredColumns = 0;
    std::vector<VariableConformance> variables; ///< In the dictionary's order, without the identifier.
    std::uint64_t usable = 0;                   ///< Records that would remain for the study.
    Digest32 harmonisation{};                   ///< Digest of the site's rules; zero without.

    /// The study's reader would take the file as it is.
    [[nodiscard]] bool conforms() const;
};

/// Reads the whole file; unlike readDataset() it goes on after a fault. Fails only where the file is no CSV text at all.
Result<ConformanceReport> checkConformance(const DataDictionary& dictionary, const Harmonisation& rules,
                                           const std::filesystem::path& recordsFile, const CsvLimits& limits = {});

/// For people, and for programs.
std::string toText(const ConformanceReport& report);
std::string toJson(const ConformanceReport& report);

}  // namespace quorate::schema
