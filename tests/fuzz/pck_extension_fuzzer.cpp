// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/pck_extension.h"

using namespace quorate::attestation;

/// What parses must survive its own encoding unchanged.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto extension = parsePckExtensionValue({data, size});
    if (!extension) return 0;
    const auto again = parsePckExtensionValue(encodePckExtension(*extension));
    if (!again || !(*again == *extension)) __builtin_trap();
    return 0;
}
