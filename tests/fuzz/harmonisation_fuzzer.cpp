// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/harmonisation.h"

using namespace quorate;
using namespace quorate::schema;

/// Rules that parse make of any cell a text, and the same one each time.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const DataDictionary dictionary = heartDiseaseDictionary();
    const BytesView input(data, size);
    const auto rules = Harmonisation::parse(asText(input), "rules.toml", dictionary);
    if (!rules) return 0;
    for (const Variable& variable : dictionary.variables) {
        for (const char* cell : {"", "1", "-9", "1e308", "x"}) {
            if (rules->apply(variable, cell) != rules->apply(variable, cell)) __builtin_trap();
        }
    }
    return 0;
}
