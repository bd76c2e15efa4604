// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/release.h"

using namespace quorate;

namespace {

template <typename T>
void mustSurvive(const Result<T>& value, Result<T> (*decode)(BytesView))
{
    if (!value) return;
    const auto again = decode(release::encode(*value));
    if (!again || !(*again == *value)) __builtin_trap();
}

}  // namespace

/// What decodes as any of the three payloads must survive its own bytes unchanged.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView payload(data, size);
    mustSurvive(release::decodeStatement(payload), release::decodeStatement);
    mustSurvive(release::decodeApproval(payload), release::decodeApproval);
    mustSurvive(release::decodeRevocation(payload), release::decodeRevocation);
    return 0;
}
