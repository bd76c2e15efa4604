// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/crypto/ecdsa.h"

namespace quorate {

/// From modulus and exponent, big endian. Malformed unless the modulus has 2048 to 4096 bits and the exponent is 65537.
Result<PublicKey> rsaPublicKey(BytesView modulus, BytesView exponent);

/// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2.2). Untrusted when it does not verify or the key is not RSA.
Result<void> verifyRsaPkcs1Sha256(const PublicKey& key, BytesView message, BytesView signature);

}  // namespace quorate
