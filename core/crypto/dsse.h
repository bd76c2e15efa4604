// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/crypto/ecdsa.h"

namespace quorate::dsse {

/// Secure-systems-lab DSSE v1: the signature is over PAE(payloadType, payload), verified over the bytes as received.
struct Signature {
    std::string keyId;  ///< Lower-case hex of the SHA-256 of the signer's SPKI.
    Bytes signature;    ///< ECDSA P-256/SHA-256, DER.
    bool operator==(const Signature&) const = default;
};

struct Envelope {
    std::string payloadType;  ///< application/vnd.quorate.<kind>.v1+protobuf
    Bytes payload;
    std::vector<Signature> signatures;

    [[nodiscard]] Digest32 payloadDigest() const;  ///< SHA-256(payload): the object's identity.
    bool operator==(const Envelope&) const = default;
};

/// "application/vnd.quorate." + kind + ".v1+protobuf"
std::string payloadTypeFor(std::string_view kind);
/// "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body
Bytes preAuthenticationEncoding(std::string_view payloadType, BytesView payload);
Result<Envelope> sign(std::string_view kind, BytesView payload, const Signer& key);
/// Untrusted unless one signature carries the key's id and verifies, and the type is the one for `kind`.
Result<void> verify(const Envelope& envelope, std::string_view kind, const PublicKey& key);

/// One more signature over the same bytes. PolicyRefused when this key has signed already, Malformed at 16 signatures.
Result<void> addSignature(Envelope& envelope, const Signer& key);
/// The keys of `keys`, by their places, who signed: at least `threshold` different ones. Untrusted when there are fewer, when
/// one signature does not verify, or when one is by no key of `keys` or by a key that signed already: what nobody checks or
/// counts must not travel along. Malformed for a threshold of zero.
Result<std::vector<std::size_t>> verifyThreshold(const Envelope& envelope, std::string_view kind, const std::vector<PublicKey>& keys,
                                                 std::size_t threshold);

/// The JSON form other DSSE tools read.
std::string toJson(const Envelope& envelope);
Result<Envelope> fromJson(std::string_view json);

}  // namespace quorate::dsse
