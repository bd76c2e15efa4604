// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/base/random.h"
#include "core/base/secret_bytes.h"

namespace quorate::shamir {

/// One point of the polynomial over GF(2^8) modulo x^8+x^4+x^3+x+1: x in 1..255, then as many y bytes as the secret has.
struct Share {
    std::uint8_t x = 0;
    SecretBytes y;

    [[nodiscard]] SecretBytes encoded() const;  ///< x ‖ y.
    static Result<Share> decode(BytesView bytes);
};

/// n shares of which any m give the secret; 1 <= m <= n <= 255.
Result<std::vector<Share>> split(BytesView secret, unsigned m, unsigned n, const RandomSource& random);
/// Interpolates at 0. Malformed for no shares, equal x, x = 0, or unequal lengths. Cannot know whether m were given.
Result<SecretBytes> combine(std::span<const Share> shares);

}  // namespace quorate::shamir
