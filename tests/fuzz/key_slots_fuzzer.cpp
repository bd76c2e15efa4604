// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/key_slot_file.h"

using namespace quorate;

/// What parses must survive its own text unchanged. The passphrase is not tried: its cost is the file's to choose.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto slots = vault::KeySlotFile::fromJson(asText({data, size}));
    if (!slots) return 0;
    // The first version does not name its database, so it has no text until the vault beside it does.
    for (const auto& set : slots->sets()) {
        if (!set.database()) return 0;
    }
    const auto again = vault::KeySlotFile::fromJson(slots->toJson());
    if (!again || again->toJson() != slots->toJson()) __builtin_trap();
    return 0;
}
