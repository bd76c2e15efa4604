// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/dsse.h"

using namespace quorate;

/// What parses must survive its own JSON form unchanged.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto envelope = dsse::fromJson(asText({data, size}));
    if (!envelope) return 0;
    const auto again = dsse::fromJson(dsse::toJson(*envelope));
    if (!again || *again != *envelope) __builtin_trap();
    return 0;
}
