// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/collateral/cache.h"

using namespace quorate;
using namespace quorate::attestation;

/// An index that parses must survive being written again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto items = parseCacheIndex({data, size});
    if (!items) return 0;
    const auto again = parseCacheIndex(asBytes(writeCacheIndex(*items)));
    if (!again || *again != *items) __builtin_trap();
    return 0;
}
