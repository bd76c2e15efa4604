// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/base/random.h"
#include "core/crypto/digest.h"

namespace quorate::tests {

/// Reproducible bytes: SHA-256 of seed and counter. For tests only.
inline RandomSource fixedRandom(std::uint8_t seed)
{
    auto counter = std::make_shared<std::uint32_t>(0);
    return [seed, counter](std::span<std::uint8_t> out) -> Result<void> {
        for (std::size_t done = 0; done < out.size();) {
            const std::uint32_t n = (*counter)++;
            const Bytes input{seed, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
            const Digest32 block = sha256(input);
            for (std::size_t i = 0; i < block.bytes.size() && done < out.size(); ++i) out[done++] = block.bytes[i];
        }
        return {};
    };
}

/// A generator that is out of order.
inline RandomSource failingRandom()
{
    return [](std::span<std::uint8_t>) -> Result<void> { return fail(ErrorKind::Internal, "no randomness"); };
}

}  // namespace quorate::tests
