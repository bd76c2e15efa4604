// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/x509.h>

#include "core/crypto/ecdsa.h"

namespace quorate::openssl {

/// The signature of a certificate or CRL (RFC 5280 sections 4.1.1 and 5.1.1) over the signed part of `der` as received.
/// The algorithm must be ECDSA with the key's own hash or RSASSA-PSS with SHA-384 and salt 48, and must stand the same
/// way inside the signed part and outside it. Untrusted otherwise.
Result<void> verifySignedDer(BytesView der, const X509_ALGOR* algorithm, const ASN1_BIT_STRING* signature,
                             const PublicKey& signer);

}  // namespace quorate::openssl
