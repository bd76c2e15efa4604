// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace quorate::schema {

enum class VariableType {
    Integer,
    Decimal,
    Categorical,  ///< One of `levels`.
    Identifier,   ///< Unique in the file; never enters the model and never leaves the site.
};

/// What a missing value does to its record.
enum class MissingRule {
    Refuse,      ///< A missing value is an error.
    DropRecord,  ///< The record takes no part; of no effect where the variable is neither an input nor the target.
};

struct Level {
    std::string code;   ///< As it stands in the file: "1".
    std::string label;  ///< "typical angina"
    bool operator==(const Level&) const = default;
};

/// One column of the study's data dictionary.
struct Variable {
    std::string name;
    std::string label;
    std::string unit;
    VariableType type = VariableType::Decimal;
    std::optional<double> minimum;  ///< Inclusive; Integer and Decimal only.
    std::optional<double> maximum;
    std::vector<Level> levels;      ///< Categorical only; the first is the reference level of the one-hot coding.
    MissingRule missing = MissingRule::DropRecord;
    bool isInput = true;            ///< Enters the model.
    bool operator==(const Variable&) const = default;
};

/// What a model is to predict.
enum class TargetKind {
    Binary,       ///< Whether the target, a number, is above `targetPositiveAbove`.
    Decimal,      ///< The target itself, a number.
    Class,        ///< The target's level; it is categorical.
    TimeToEvent,  ///< The target is a time of 0 or more; `eventVariable` says whether it ended with the event.
};

struct DataDictionary {
    std::vector<Variable> variables;
    std::string target;                     ///< Name of the outcome variable (not an input).
    double targetPositiveAbove = 0;         ///< Binary: outcome is 1 when target > this.
    TargetKind targetKind = TargetKind::Binary;
    std::string eventVariable;              ///< TimeToEvent: a number that is no input; above 0 when the event was seen.

    [[nodiscard]] const Variable* find(const std::string& name) const;
    /// Of a Class target; 0 of any other.
    [[nodiscard]] std::size_t targetClasses() const;
    /// Inputs after one-hot coding without each first level, in dictionary order: numbers one, categoricals levels - 1.
    [[nodiscard]] std::vector<std::string> inputNames() const;
    bool operator==(const DataDictionary&) const = default;
};

/// Names unique, exactly one identifier at most, levels where they belong, ranges ordered, target known and of its kind.
Result<void> validate(const DataDictionary& dictionary);

/// Fed-Heart-Disease: 13 inputs of the UCI heart-disease columns that FLamby keeps (Ogier du Terrail et al. 2022).
DataDictionary heartDiseaseDictionary();

}  // namespace quorate::schema
