// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/schema/data_dictionary.h"

namespace quorate::schema {

/// Each record's level of one categorical variable; for figures by subgroup.
struct Grouping {
    static constexpr std::uint16_t kMissing = 0xFFFF;

    std::string variable;
    std::vector<std::uint16_t> levels;  ///< Indexes of the variable's levels; kMissing where the record has none.
    bool operator==(const Grouping&) const = default;
};

/// Records as numbers: `features` is row-major, records() rows of `columns`. A sequence is one row, step after step.
struct RecordSet {
    std::size_t columns = 0;
    std::vector<double> features;
    std::vector<double> targets;       ///< As targetKind says: 0 or 1, a number, a level's index, or a time.
    TargetKind targetKind = TargetKind::Binary;
    std::vector<std::uint8_t> events{};  ///< TimeToEvent: 1 where the event was seen, 0 where the record was censored.
    std::vector<Grouping> groupings{};   ///< Of each categorical variable but the target.

    [[nodiscard]] std::size_t records() const { return targets.size(); }
    /// Records whose target is 1.
    [[nodiscard]] std::size_t positives() const;
    bool operator==(const RecordSet&) const = default;
};

/// One site's records after the dictionary: one-hot coded, not standardised unless made by standardised(). It never
/// holds an identifier.
struct Dataset {
    std::vector<std::string> inputNames;  ///< Of the columns of both parts.
    RecordSet train;
    RecordSet test;
    std::size_t recordsInFile = 0;
    std::size_t droppedRecords = 0;    ///< A value that the study needs is missing.
    std::size_t unassignedRecords = 0; ///< Complete, but in neither part of the split.
    bool operator==(const Dataset&) const = default;
};

/// (x - mean) / scale of each input; in a sequence, of each step's inputs.
struct Standardisation {
    std::vector<double> means;
    std::vector<double> scales;  ///< Sample standard deviation (n - 1), or half a range; 1 where the input is constant.
};

/// Both parts, by the training part's mean and deviation. Malformed with fewer than two training records.
Result<Dataset> standardised(Dataset dataset);
/// Both parts, each number from its range in the dictionary to -1 to 1: no record has a say in another's values, as privacy for
/// records wants it. Malformed when an input has no range.
Result<Dataset> scaledByRange(const DataDictionary& dictionary, Dataset dataset);
/// Of every input that is a number and has no range, its name.
std::vector<std::string> inputsWithoutRange(const DataDictionary& dictionary);
/// The variable behind each of dictionary.inputNames().
std::vector<const Variable*> variablesOfInputs(const DataDictionary& dictionary);

}  // namespace quorate::schema
