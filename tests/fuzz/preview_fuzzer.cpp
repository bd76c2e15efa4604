// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/preview_totals.h"

using namespace quorate;
using namespace quorate::schema;

/// What parses survives its own text unchanged, and can be added up and printed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const DataDictionary dictionary = heartDiseaseDictionary();
    const auto preview = previewFromJson(asText(BytesView(data, size)), dictionary);
    if (!preview) return 0;
    const auto again = previewFromJson(toJson(*preview, dictionary), dictionary);
    if (!again || !(*again == *preview)) __builtin_trap();
    const SitePreview both[] = {*preview, *again};
    if (toText(totalsOf(both, dictionary), dictionary).empty()) __builtin_trap();
    return 0;
}
