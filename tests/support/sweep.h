// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bytes.h"

namespace quorate::tests {

/// Every shorter beginning of `bytes`, the empty one included: visit(Bytes).
template <typename Visit>
void forEachTruncation(const Bytes& bytes, const Visit& visit)
{
    Bytes cut = bytes;
    while (!cut.empty()) {
        cut.pop_back();
        visit(std::as_const(cut));
    }
}

/// Every byte changed in three ways (lowest bit, highest bit, all bits), one at a time: visit(Bytes, position).
template <typename Visit>
void forEachByteChange(const Bytes& bytes, const Visit& visit)
{
    Bytes changed = bytes;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (const std::uint8_t flip : {0x01, 0x80, 0xff}) {
            changed[at] = bytes[at] ^ flip;
            visit(std::as_const(changed), at);
        }
        changed[at] = bytes[at];
    }
}

}  // namespace quorate::tests
