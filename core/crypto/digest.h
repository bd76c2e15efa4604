// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/base/bytes.h"
#include "core/base/secret_bytes.h"

namespace quorate {

Digest32 sha256(BytesView bytes);
Digest48 sha384(BytesView bytes);
Digest64 sha512(BytesView bytes);

/// SHA-256 over parts that arrive one by one.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    Sha256& update(BytesView bytes);
    /// Ends the computation; the object may then only be destroyed.
    Digest32 finish();

private:
    struct Context;
    std::unique_ptr<Context> m_context;
};

/// HMAC-SHA-256 (RFC 2104).
Digest32 hmacSha256(BytesView key, BytesView message);
/// HKDF-SHA-256, extract and expand (RFC 5869), without salt; `info` names the use of the key.
Result<SecretBytes> hkdfSha256(BytesView ikm, BytesView info, std::size_t sizeBytes);

/// AES-256-GCM with a 12-byte nonce; the result is ciphertext ‖ 16-byte tag. A nonce is used once per key.
Result<Bytes> sealAes256Gcm(BytesView key, BytesView nonce, BytesView aad, BytesView plaintext);
/// Untrusted when the tag does not match.
Result<SecretBytes> openAes256Gcm(BytesView key, BytesView nonce, BytesView aad, BytesView sealed);

}  // namespace quorate
