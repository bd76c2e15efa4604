// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/signed_json.h"
#include "core/attestation/verify/tcb_info.h"

using namespace quorate;
using namespace quorate::attestation;

/// The answer, which must be JSON as a whole, and the object in it. What parses has levels in strictly falling order.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = asText({data, size});
    const auto answer = parseSignedJson({data, size}, "enclaveIdentity");
    if (answer && text.find(answer->inner) == std::string_view::npos) __builtin_trap();
    const auto whole = StrictJson::parse(text, kMaxJsonBytes);
    if (answer && !whole) __builtin_trap();
    if (!whole) return 0;
    const auto identity = parseQeIdentity(answer ? answer->content : *whole);
    if (!identity) return 0;
    if (identity->levels.empty()) __builtin_trap();
    for (std::size_t i = 1; i < identity->levels.size(); ++i) {
        if (identity->levels[i - 1].isvSvn <= identity->levels[i].isvSvn) __builtin_trap();
    }
    return 0;
}
