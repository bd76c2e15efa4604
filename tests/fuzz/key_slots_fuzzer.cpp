// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/key_slots.h"

using namespace quorate;

/// What parses must survive its own text unchanged. The passphrase is not tried: its cost is the file's to choose.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto slots = vault::KeySlots::fromJson(asText({data, size}));
    if (!slots) return 0;
    const auto again = vault::KeySlots::fromJson(slots->toJson());
    if (!again || again->toJson() != slots->toJson()) __builtin_trap();
    return 0;
}
