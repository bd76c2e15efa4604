// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/checkpoint.h"

using namespace quorate;

/// What parses as a checkpoint has one text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = asText({data, size});
    const auto checkpoint = audit::parseCheckpoint(text);
    if (!checkpoint) return 0;
    if (audit::toText(*checkpoint) != text || audit::toText(checkpoint->head) != checkpoint->note.text) __builtin_trap();
    return 0;
}
