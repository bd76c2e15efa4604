// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/safetensors.h"

using namespace quorate;
using namespace quorate::learning;

/// What is read, written and read again is the same to the byte, and the header alone says the same as the whole.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    const auto weights = decodeSafetensors(input);
    if (const auto header = safetensorsHeaderOf(input)) {
        const auto manifest = decodeSafetensorsHeader(*header, size - header->size());
        if (manifest.has_value() != weights.has_value() || (weights && *manifest != weights->tensors)) __builtin_trap();
    } else if (weights) {
        __builtin_trap();
    }
    if (!weights) return 0;
    if (weights->values.size() != elementsOf(weights->tensors)) __builtin_trap();
    const Bytes written = encodeSafetensors(*weights).value();
    const auto again = decodeSafetensors(written);
    if (!again || again->tensors != weights->tensors || encodeSafetensors(*again).value() != written) __builtin_trap();
    return 0;
}
