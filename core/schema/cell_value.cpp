// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/cell_value.h"

#include <charconv>
#include <cmath>

namespace quorate::schema {
namespace {

std::string plainNumber(double value)
{
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value);
    return {text, end.ptr};
}

std::string wantedRange(const Variable& variable)
{
    if (variable.minimum && variable.maximum) {
        return "want " + plainNumber(*variable.minimum) + " to " + plainNumber(*variable.maximum);
    }
    return variable.minimum ? "want at least " + plainNumber(*variable.minimum)
                            : "want at most " + plainNumber(*variable.maximum);
}

std::string wantedLevels(const Variable& variable)
{
    std::string text = "want one of";
    for (const Level& level : variable.levels) text += " " + level.code;
    return text;
}

CellValue readNumber(const Variable& variable, const std::string& cell)
{
    double number = 0;
    const auto parsed = std::from_chars(cell.data(), cell.data() + cell.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != cell.data() + cell.size() || !std::isfinite(number)) {
        return {{}, CellFault::NotANumber};
    }
    if (variable.type == VariableType::Integer && number != std::floor(number)) return {{}, CellFault::NotWhole};
    if ((variable.minimum && number < *variable.minimum) || (variable.maximum && number > *variable.maximum)) {
        return {{}, CellFault::OutOfRange};
    }
    return {number, CellFault::None};
}

}  // namespace

CellValue readCell(const Variable& variable, const std::string& cell)
{
    if (cell.empty()) return {};
    if (variable.type != VariableType::Categorical) return readNumber(variable, cell);
    for (std::size_t level = 0; level < variable.levels.size(); ++level) {
        if (variable.levels[level].code == cell) return {static_cast<double>(level), CellFault::None};
    }
    return {{}, CellFault::UnknownLevel};
}

std::string wordsFor(CellFault fault, const Variable& variable)
{
    switch (fault) {
    case CellFault::None: break;
    case CellFault::NotANumber: return "is not a number (an empty cell stands for a missing value)";
    case CellFault::NotWhole: return "is not a whole number";
    case CellFault::OutOfRange: return "is out of range, " + wantedRange(variable);
    case CellFault::UnknownLevel: return "is not a known level, " + wantedLevels(variable);
    }
    return {};
}

}  // namespace quorate::schema
