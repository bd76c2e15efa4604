// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/harmonisation.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

#include "core/base/toml_table.h"
#include "core/crypto/digest.h"

namespace quorate::schema {
namespace {

constexpr char kFormat[] = "quorate-harmonisation/1";
constexpr std::size_t kMaxFileBytes = 256 * 1024;

bool isNumber(const Variable& variable) { return variable.type == VariableType::Integer || variable.type == VariableType::Decimal; }

/// At most 17 digits, so that a value that was converted reads back as the same number.
std::string numberText(double value)
{
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value);
    return {text, end.ptr};
}

Result<void> readLevels(const TomlTable& in, const Variable& variable, VariableRule& rule)
{
    TRY_ASSIGN(table, in.table("levels"));
    if (!table) return {};
    if (variable.type != VariableType::Categorical) return in.failure("levels", "is for a categorical variable");
    TRY_ASSIGN(texts, table->texts());
    for (const auto& [cell, code] : texts) {
        const auto isCode = [&code = code](const Level& level) { return level.code == code; };
        if (std::none_of(variable.levels.begin(), variable.levels.end(), isCode)) {
            std::string known;
            for (const Level& level : variable.levels) known += " " + level.code;
            return table->failure(cell, "want one of the dictionary's levels:" + known);
        }
        rule.levels.emplace(cell, code);
    }
    return {};
}

Result<void> readConversion(const TomlTable& in, const Variable& variable, VariableRule& rule)
{
    if (!in.has("factor") && !in.has("offset")) return {};
    const char* first = in.has("factor") ? "factor" : "offset";
    if (!isNumber(variable)) return in.failure(first, "is for a number");
    double factor = 1;
    TRY(in.read("factor", factor));
    TRY(in.read("offset", rule.offset));
    if (factor == 0) return in.failure("factor", "is 0, which would make all values the same");
    rule.factor = factor;
    return {};
}

Result<VariableRule> readRule(const TomlTable& in, const Variable& variable)
{
    VariableRule rule;
    std::vector<std::string> missing;
    rule.column = variable.name;
    TRY(in.read("column", rule.column));
    TRY(in.read("missing", missing));
    if (variable.type == VariableType::Identifier && in.has("missing")) return in.failure("missing", "is not for an identifier");
    rule.missing.insert(missing.begin(), missing.end());
    TRY(readLevels(in, variable, rule));
    TRY(readConversion(in, variable, rule));
    return rule;
}

}  // namespace

Result<Harmonisation> Harmonisation::parse(std::string_view text, const std::string& fileName, const DataDictionary& dictionary)
{
    TRY_ASSIGN(in, TomlTable::parse(text, fileName, kMaxFileBytes));
    std::string format;
    std::vector<std::string> ignored;
    TRY(in.read("format", format));
    if (format != kFormat) return in.failure("format", std::string("want \"") + kFormat + "\"");
    Harmonisation out;
    out.m_digest = sha256(asBytes(text));
    TRY(in.read("ignore", ignored));
    out.m_ignored.insert(ignored.begin(), ignored.end());
    std::set<std::string> columns = out.m_ignored;
    TRY_ASSIGN(tables, in.tables("variable"));
    for (const TomlTable& table : tables) {
        std::string name;
        TRY(table.require("name"));
        TRY(table.read("name", name));
        const Variable* variable = dictionary.find(name);
        if (variable == nullptr) return table.failure("name", "is not a variable of the study's dictionary");
        TRY_ASSIGN(rule, readRule(table, *variable));
        if (!columns.insert(rule.column).second) return table.failure("column", "stands in the file twice");
        if (!out.m_rules.emplace(name, std::move(rule)).second) return table.failure("name", "stands in the file twice");
    }
    TRY(in.requireAllRead());
    return out;
}

Result<Harmonisation> Harmonisation::readFile(const std::filesystem::path& file, const DataDictionary& dictionary)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(ErrorKind::Unavailable, file.filename().string() + ": cannot be opened for reading");
    std::string text(kMaxFileBytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad()) return fail(ErrorKind::Unavailable, file.filename().string() + ": reading it failed");
    text.resize(static_cast<std::size_t>(in.gcount()));
    return parse(text, file.filename().string(), dictionary);
}

const Variable* Harmonisation::variableOf(const std::string& column, const DataDictionary& dictionary) const
{
    for (const auto& [name, rule] : m_rules) {
        if (rule.column == column) return dictionary.find(name);
    }
    const auto own = m_rules.find(column);
    return own == m_rules.end() ? dictionary.find(column) : nullptr;
}

std::string Harmonisation::apply(const Variable& variable, std::string cell) const
{
    const auto found = m_rules.find(variable.name);
    if (found == m_rules.end()) return cell;
    const VariableRule& rule = found->second;
    if (rule.missing.count(cell) != 0) return {};
    if (const auto level = rule.levels.find(cell); level != rule.levels.end()) return level->second;
    if (!rule.factor || cell.empty()) return cell;
    double value = 0;
    const auto parsed = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != cell.data() + cell.size()) return cell;
    const double converted = value * *rule.factor + rule.offset;
    // A whole number stays one: 80 kg from 80.00000000000001 would be refused.
    const double whole = std::round(converted);
    const bool isWhole = variable.type == VariableType::Integer && std::abs(converted - whole) <= 1e-9 * std::max(1.0, std::abs(whole));
    return numberText(isWhole ? whole : converted);
}

}  // namespace quorate::schema
