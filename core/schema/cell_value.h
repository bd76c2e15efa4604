// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/schema/data_dictionary.h"

namespace quorate::schema {

/// Why a cell is not what the dictionary wants.
enum class CellFault { None, NotANumber, NotWhole, OutOfRange, UnknownLevel };

/// One cell of a number or a categorical variable.
struct CellValue {
    std::optional<double> value;  ///< A number, or the index of a level; absent when missing or at fault.
    CellFault fault = CellFault::None;
};

/// An empty cell is a missing value, which is no fault here.
CellValue readCell(const Variable& variable, const std::string& cell);

/// What is wrong and what is wanted, without the cell: "is out of range, want 0 to 10".
std::string wordsFor(CellFault fault, const Variable& variable);

}  // namespace quorate::schema
