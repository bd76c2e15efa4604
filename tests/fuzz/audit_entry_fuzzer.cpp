// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/entry.h"

using namespace quorate;

/// What decodes was encoded here: the same bytes come out again, with the index where it is looked for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView leaf(data, size);
    const auto index = audit::indexOf(leaf);
    const auto entry = audit::decodeEntry(leaf);
    if (!entry) return 0;
    const auto again = audit::encode(*entry);
    if (!again || *again != toBytes(leaf) || !index || *index != entry->index) __builtin_trap();
    return 0;
}
