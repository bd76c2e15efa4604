// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/x509_extensions.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "core/crypto/openssl_handles.h"

namespace quorate::openssl {
namespace {

/// True also for an extension that OpenSSL does not know: its value is nothing to it.
bool canBeRead(X509_EXTENSION* extension)
{
    const X509V3_EXT_METHOD* method = X509V3_EXT_get(extension);
    if (method == nullptr) return true;
    void* value = X509V3_EXT_d2i(extension);
    if (value == nullptr) return false;
    if (method->it != nullptr) {
        ASN1_item_free(static_cast<ASN1_VALUE*>(value), ASN1_ITEM_ptr(method->it));
    } else {
        method->ext_free(value);
    }
    return true;
}

}  // namespace

bool extensionsAreUnderstood(const X509* certificate)
{
    for (int i = 0; i < X509_get_ext_count(certificate); ++i) {
        X509_EXTENSION* extension = X509_get_ext(certificate, i);
        const bool isKnown = X509_supported_extension(extension) == 1;
        const bool isRepeated = X509_get_ext_by_OBJ(certificate, X509_EXTENSION_get_object(extension), i) >= 0;
        const bool isRead = canBeRead(extension);
        ERR_clear_error();
        if (isRepeated || !isRead || (!isKnown && X509_EXTENSION_get_critical(extension) != 0)) return false;
    }
    return true;
}

bool mayBeUsedFor(const X509* certificate, int keyUsage)
{
    int found = 0;
    const std::unique_ptr<ASN1_BIT_STRING, Deleter<ASN1_BIT_STRING_free>> usage(
        static_cast<ASN1_BIT_STRING*>(X509_get_ext_d2i(certificate, NID_key_usage, &found, nullptr)));
    ERR_clear_error();
    return usage ? ASN1_BIT_STRING_get_bit(usage.get(), keyUsage) == 1 : found == -1;
}

bool isCaCertificate(const X509* certificate)
{
    const std::unique_ptr<BASIC_CONSTRAINTS, Deleter<BASIC_CONSTRAINTS_free>> constraints(
        static_cast<BASIC_CONSTRAINTS*>(X509_get_ext_d2i(certificate, NID_basic_constraints, nullptr, nullptr)));
    ERR_clear_error();
    return constraints && constraints->ca != 0 && mayBeUsedFor(certificate, kKeyCertSign);
}

}  // namespace quorate::openssl
