// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/bundle.h"

using namespace quorate;
using namespace quorate::attestation;

/// What parses can be appraised and written again, and what was written gives the same bytes once more.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto bundle = parseBundle({data, size});
    if (!bundle) return 0;
    const Reappraisal first = reappraise(*bundle, productionAnchors());
    AppraisalInputs inputs = bundle->inputs;
    inputs.anchors = productionAnchors();
    const auto again = parseBundle(asBytes(writeBundle(inputs, first.result)));
    if (!again || !reappraise(*again, productionAnchors()).difference.empty()) __builtin_trap();
    return 0;
}
