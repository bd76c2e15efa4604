// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/schema/data_dictionary.h"

namespace quorate::schema {

/// How a hospital's own file becomes what the study's dictionary asks for, one variable at a time and in this order: the
/// cell of `column`, missing codes to empty, levels to the dictionary's codes, number x factor + offset. A site owns its rules
/// (docs/formats/harmonisation.md); they cannot make a value out of several cells, nor run code.
struct VariableRule {
    std::string column;                          ///< In the file; the variable's own name unless renamed.
    std::set<std::string> missing;               ///< Cells that stand for "no value".
    std::map<std::string, std::string> levels;   ///< Cell to level code; a cell that is not listed stays.
    std::optional<double> factor;                ///< Linear conversion of units.
    double offset = 0;                           ///< Only with a factor.
    bool operator==(const VariableRule&) const = default;
};

class Harmonisation {
public:
    /// No rules: every cell stays as it is.
    Harmonisation() = default;
    /// Strict against the dictionary: a rule for an unknown variable, of the wrong type, or two variables from one column is
    /// Malformed, with file and line.
    static Result<Harmonisation> parse(std::string_view text, const std::string& fileName, const DataDictionary& dictionary);
    static Result<Harmonisation> readFile(const std::filesystem::path& file, const DataDictionary& dictionary);

    /// The variable that a column of the file holds; null when the dictionary has none, or takes it from another column.
    [[nodiscard]] const Variable* variableOf(const std::string& column, const DataDictionary& dictionary) const;
    /// The cell as the dictionary wants it. What is no number is left for the dictionary to refuse.
    [[nodiscard]] std::string apply(const Variable& variable, std::string cell) const;
    /// A column that the file may hold and the study does not want.
    [[nodiscard]] bool isIgnored(const std::string& column) const { return m_ignored.count(column) != 0; }

    /// SHA-256 of the file as it was read; zero without rules.
    [[nodiscard]] const Digest32& digest() const { return m_digest; }
    [[nodiscard]] const std::map<std::string, VariableRule>& rules() const { return m_rules; }

private:
    std::map<std::string, VariableRule> m_rules;  ///< By variable.
    std::set<std::string> m_ignored;
    Digest32 m_digest{};
};

}  // namespace quorate::schema
