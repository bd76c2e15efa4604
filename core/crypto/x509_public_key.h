// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/x509.h>

#include "core/crypto/ecdsa.h"

namespace quorate::openssl {

/// A library context without algorithms. A certificate that is read in it keeps its public key as bytes: OpenSSL 3.0 would
/// decode the key at once, and setting up its decoders takes longer than checking a signature
/// (docs/decisions/0048-certificates-read-without-decoders.md).
OSSL_LIB_CTX* contextWithoutDecoders();

/// The key of a certificate: EC on a named curve and RSA from their numbers, anything else through OpenSSL's decoders.
Result<PublicKey> readPublicKey(const X509_PUBKEY* subjectPublicKeyInfo);

}  // namespace quorate::openssl
