// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "core/base/bytes.h"
#include "core/base/secret_bytes.h"

namespace quorate {

/// Fills the span with random bytes, or fails. Randomness is an argument, so that tests can fix it.
using RandomSource = std::function<Result<void>(std::span<std::uint8_t>)>;

/// The operating system's generator through OpenSSL's RAND_priv_bytes.
RandomSource systemRandom();

template <std::size_t N>
Result<FixedBytes<N>> randomFixed(const RandomSource& random)
{
    FixedBytes<N> out;
    TRY(random(out.bytes));
    return out;
}
Result<SecretBytes> randomSecret(const RandomSource& random, std::size_t sizeBytes);

}  // namespace quorate
