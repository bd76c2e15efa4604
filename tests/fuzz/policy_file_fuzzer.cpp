// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/policy/policy_file.h"

using namespace quorate;
using namespace quorate::attestation;

/// What parses survives its own text unchanged.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto policy = parsePolicyFile({data, size});
    if (!policy) return 0;
    const auto again = parsePolicyFile(asBytes(writePolicyFile(*policy)));
    if (!again || !(*again == *policy)) __builtin_trap();
    return 0;
}
