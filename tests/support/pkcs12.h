// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <memory>

#include "core/crypto/identity.h"

namespace quorate::tests {

/// The root's key and certificate as other tools hand them over. `macIterations` -1: without a MAC.
inline Bytes pkcs12Of(const ConsortiumAuthority& root, const char* password, int macIterations = 2048)
{
    const unsigned char* next = root.certificate().der().data();
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        d2i_X509(nullptr, &next, static_cast<long>(root.certificate().der().size())), X509_free);
    PKCS12* made = PKCS12_create(password, "root", root.rootKey().handle(), certificate.get(), nullptr, 0, 0, 2048, macIterations, 0);
    unsigned char* der = nullptr;
    const int length = i2d_PKCS12(made, &der);
    Bytes out(der, der + length);
    OPENSSL_free(der);
    PKCS12_free(made);
    return out;
}

}  // namespace quorate::tests
