// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/crypto/hpke.h"

/// The steps of RFC 9180 that its test vectors name one by one. For hpke.cpp and its tests only.
namespace quorate::hpke::internal {

/// The key schedule's `secret` and `key_schedule_context` (section 5.1), from which key and base nonce are expanded.
struct KeySchedule {
    SecretBytes secret;
    Bytes context;

    [[nodiscard]] SecretBytes key() const;        ///< 32 bytes.
    [[nodiscard]] SecretBytes baseNonce() const;  ///< 12 bytes.
};

/// X25519(sk, pk). Untrusted when the result is the all-zero value, that is for every low-order point (section 7.1.4).
Result<SecretBytes> diffieHellman(BytesView privateKey, const Digest32& publicKey);
/// shared_secret of Encap with this ephemeral key, and of Decap (section 4.1).
Result<SecretBytes> encapsulate(const PrivateKey& skE, const Digest32& pkR);
Result<SecretBytes> decapsulate(const PrivateKey& skR, const Digest32& enc);
KeySchedule scheduleBase(const SecretBytes& sharedSecret, BytesView info);
/// LabeledExpand with the suite id of HPKE; at most 255 * 32 bytes.
SecretBytes labeledExpand(const SecretBytes& prk, std::string_view label, BytesView info, std::size_t sizeBytes);
/// hpke::seal with a chosen ephemeral key. An ephemeral key is used once.
Result<Bytes> sealWith(const PrivateKey& skE, const Digest32& pkR, BytesView info, BytesView aad, BytesView plaintext);

}  // namespace quorate::hpke::internal
