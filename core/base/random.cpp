// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <openssl/rand.h>

namespace quorate {

RandomSource systemRandom()
{
    return [](std::span<std::uint8_t> out) -> Result<void> {
        if (RAND_priv_bytes(out.data(), static_cast<int>(out.size())) != 1) {
            return fail(ErrorKind::Internal, "the system's random generator failed");
        }
        return {};
    };
}

Result<SecretBytes> randomSecret(const RandomSource& random, std::size_t sizeBytes)
{
    SecretBytes out(sizeBytes);
    TRY(random(out.exposeMutable()));
    return out;
}

}  // namespace quorate
