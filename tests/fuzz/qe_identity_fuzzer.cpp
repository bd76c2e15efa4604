// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/signed_json.h"
#include "core/attestation/verify/tcb_info.h"

using namespace quorate;
using namespace quorate::attestation;

/// The answer and the object in it. What parses has levels in strictly falling order.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto answer = parseSignedJson({data, size}, "enclaveIdentity");
    if (answer && asText({data, size}).find(answer->inner) == std::string_view::npos) __builtin_trap();
    const auto identity = parseQeIdentity(answer ? std::string_view(answer->inner) : asText({data, size}));
    if (!identity) return 0;
    if (identity->levels.empty()) __builtin_trap();
    for (std::size_t i = 1; i < identity->levels.size(); ++i) {
        if (identity->levels[i - 1].isvSvn <= identity->levels[i].isvSvn) __builtin_trap();
    }
    return 0;
}
