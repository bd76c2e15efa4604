// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/x509.h>

/// What a certificate's extensions say (RFC 5280 section 4.2), read from the extensions themselves: what OpenSSL derives
/// from them needs algorithms that the context we parse in does not have (decision 0048).
namespace quorate::openssl {

// Bits of KeyUsage, RFC 5280 section 4.2.1.3.
inline constexpr int kKeyCertSign = 5;
inline constexpr int kCrlSign = 6;

/// False when a critical extension is not one that OpenSSL knows, an extension that it knows cannot be read, or one
/// stands there twice.
bool extensionsAreUnderstood(const X509* certificate);

/// A certificate without the extension may be used for everything; one that cannot be read or stands there twice forbids.
bool mayBeUsedFor(const X509* certificate, int keyUsage);

/// By basic constraints and key usage.
bool isCaCertificate(const X509* certificate);

}  // namespace quorate::openssl
