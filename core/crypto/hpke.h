// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/secret_bytes.h"

namespace quorate::hpke {

/// RFC 9180, base mode, DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, AES-256-GCM 0x0002.
inline constexpr FixedBytes<6> kSuite{{0x00, 0x20, 0x00, 0x01, 0x00, 0x02}};

/// skR: an X25519 private key. Never leaves the process but for the vault's own storage.
class PrivateKey {
public:
    static Result<PrivateKey> generate(const RandomSource& random);
    static Result<PrivateKey> fromRaw(BytesView raw);  ///< 32 bytes.
    [[nodiscard]] const Digest32& publicKey() const { return m_public; }
    [[nodiscard]] BytesView exposeRaw() const { return m_raw.expose(); }

private:
    PrivateKey() = default;

    SecretBytes m_raw;
    Digest32 m_public;
};

/// enc ‖ ciphertext: 32 + plaintext + 16 bytes.
/// Untrusted when pkR is a low-order point (mistake 21), so nothing is ever sealed to one.
Result<Bytes> seal(const Digest32& pkR, BytesView info, BytesView aad, BytesView plaintext, const RandomSource& random);
/// Untrusted when it does not open, Malformed when it is too short to hold enc and a tag.
Result<SecretBytes> open(const PrivateKey& skR, BytesView info, BytesView aad, BytesView sealed);

}  // namespace quorate::hpke
