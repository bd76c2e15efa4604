// SPDX-License-Identifier: GPL-3.0-or-later
#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include "core/crypto/identity.h"
#include "core/crypto/openssl_handles.h"

namespace quorate {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{64} << 10;
constexpr long kMaxIterations = 10'000'000;

using Pkcs12Ptr = std::unique_ptr<PKCS12, openssl::Deleter<PKCS12_free>>;

/// The MAC is checked before anything is decrypted: what the file makes the program do after it, its maker knew the password for.
Result<void> checkMac(PKCS12* file, const char* password)
{
    const ASN1_INTEGER* iterations = nullptr;
    PKCS12_get0_mac(nullptr, nullptr, nullptr, &iterations, file);
    if (PKCS12_mac_present(file) != 1) return fail(ErrorKind::Untrusted, "PKCS #12 file has no MAC");
    // Absent, the count is 1 (RFC 7292 section 4).
    const long count = iterations == nullptr ? 1 : ASN1_INTEGER_get(iterations);
    if (count < 1 || count > kMaxIterations) {
        return fail(ErrorKind::Malformed, "PKCS #12 file wants " + std::to_string(count) + " iterations, want 1 to 10000000");
    }
    const bool ok = PKCS12_verify_mac(file, password, -1) == 1;
    ERR_clear_error();
    if (!ok) return fail(ErrorKind::Untrusted, "the password of the PKCS #12 file is wrong, or the file was changed");
    return {};
}

}  // namespace

Result<ConsortiumAuthority> ConsortiumAuthority::importPkcs12(BytesView file, const SecretBytes& password)
{
    if (file.size() > kMaxFileBytes) {
        return fail(ErrorKind::Malformed, "PKCS #12 file is " + std::to_string(file.size()) + " bytes, want at most 65536");
    }
    const unsigned char* next = file.data();
    const Pkcs12Ptr parsed(d2i_PKCS12(nullptr, &next, static_cast<long>(file.size())));
    if (!parsed || next != file.data() + file.size()) {
        ERR_clear_error();
        return fail(ErrorKind::Malformed, "not a PKCS #12 file");
    }
    SecretBytes terminated(password.size() + 1);
    std::copy(password.expose().begin(), password.expose().end(), terminated.exposeMutable().begin());
    const auto* text = reinterpret_cast<const char*>(terminated.expose().data());
    TRY(checkMac(parsed.get(), text));
    EVP_PKEY* key = nullptr;
    X509* certificate = nullptr;
    const int ok = PKCS12_parse(parsed.get(), text, &key, &certificate, nullptr);
    const openssl::PkeyPtr ownedKey(key);
    const openssl::X509Ptr ownedCertificate(certificate);
    if (ok != 1 || !ownedKey || !ownedCertificate) {
        return fail(ErrorKind::Malformed, "PKCS #12 file holds no key with its certificate: " + openssl::lastError());
    }
    unsigned char* der = nullptr;
    const int length = i2d_X509(certificate, &der);
    const Bytes certificateDer(der, der + std::max(length, 0));
    OPENSSL_free(der);
    unsigned char* keyDer = nullptr;
    const int keyLength = std::max(i2d_PrivateKey(key, &keyDer), 0);
    const SecretBytes keyBytes = SecretBytes::copyOf({keyDer, static_cast<std::size_t>(keyLength)});
    OPENSSL_clear_free(keyDer, static_cast<std::size_t>(keyLength));
    return restore(keyBytes.expose(), certificateDer);
}

}  // namespace quorate
