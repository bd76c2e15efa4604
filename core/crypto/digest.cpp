// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/digest.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "core/crypto/openssl_handles.h"

namespace quorate {
namespace {

/// An algorithm that is fetched once, and a context used again for every message: for short ones, looking both up anew
/// costs more than the hashing itself.
template <std::size_t N>
class Hasher {
public:
    explicit Hasher(const char* name) : m_algorithm(EVP_MD_fetch(nullptr, name, nullptr))
    {
        EVP_DigestInit_ex(m_context.get(), m_algorithm.get(), nullptr);
    }

    FixedBytes<N> hash(BytesView bytes)
    {
        FixedBytes<N> out;
        EVP_DigestInit_ex(m_context.get(), nullptr, nullptr);
        EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size());
        EVP_DigestFinal_ex(m_context.get(), out.bytes.data(), nullptr);
        return out;
    }

private:
    std::unique_ptr<EVP_MD, openssl::Deleter<EVP_MD_free>> m_algorithm;
    openssl::MdCtxPtr m_context{EVP_MD_CTX_new()};
};

constexpr std::size_t kGcmNonceBytes = 12;
constexpr std::size_t kGcmTagBytes = 16;

Result<void> checkGcmSizes(BytesView key, BytesView nonce)
{
    if (key.size() != 32 || nonce.size() != kGcmNonceBytes) {
        return fail(ErrorKind::Internal, "AES-256-GCM needs a 32-byte key and a 12-byte nonce");
    }
    return {};
}

}  // namespace

namespace openssl {

std::string lastError()
{
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason != nullptr ? reason : "no detail";
}

}  // namespace openssl

Digest32 sha256(BytesView bytes)
{
    thread_local Hasher<32> hasher("SHA256");
    return hasher.hash(bytes);
}

Digest48 sha384(BytesView bytes)
{
    thread_local Hasher<48> hasher("SHA384");
    return hasher.hash(bytes);
}

Digest64 sha512(BytesView bytes)
{
    thread_local Hasher<64> hasher("SHA512");
    return hasher.hash(bytes);
}

struct Sha256::Context {
    openssl::MdCtxPtr md{EVP_MD_CTX_new()};
};

Sha256::Sha256() : m_context(std::make_unique<Context>())
{
    static const std::unique_ptr<EVP_MD, openssl::Deleter<EVP_MD_free>> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    EVP_DigestInit_ex(m_context->md.get(), algorithm.get(), nullptr);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(BytesView bytes)
{
    EVP_DigestUpdate(m_context->md.get(), bytes.data(), bytes.size());
    return *this;
}

Digest32 Sha256::finish()
{
    Digest32 out;
    EVP_DigestFinal_ex(m_context->md.get(), out.bytes.data(), nullptr);
    return out;
}

Digest32 hmacSha256(BytesView key, BytesView message)
{
    Digest32 out;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(), out.bytes.data(), nullptr);
    return out;
}

Result<SecretBytes> hkdfSha256(BytesView ikm, BytesView info, std::size_t sizeBytes)
{
    const std::unique_ptr<EVP_KDF, openssl::Deleter<EVP_KDF_free>> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
    const std::unique_ptr<EVP_KDF_CTX, openssl::Deleter<EVP_KDF_CTX_free>> context(EVP_KDF_CTX_new(kdf.get()));
    char hash[] = "SHA256";
    OSSL_PARAM parameters[4];
    OSSL_PARAM* next = parameters;
    *next++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, hash, 0);
    *next++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, const_cast<std::uint8_t*>(ikm.data()), ikm.size());
    if (!info.empty()) {
        *next++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, const_cast<std::uint8_t*>(info.data()), info.size());
    }
    *next = OSSL_PARAM_construct_end();
    SecretBytes out(sizeBytes);
    if (!context || EVP_KDF_derive(context.get(), out.exposeMutable().data(), sizeBytes, parameters) != 1) {
        return fail(ErrorKind::Internal, "HKDF failed: " + openssl::lastError());
    }
    return out;
}

Result<Bytes> sealAes256Gcm(BytesView key, BytesView nonce, BytesView aad, BytesView plaintext)
{
    TRY(checkGcmSizes(key, nonce));
    const openssl::CipherCtxPtr context(EVP_CIPHER_CTX_new());
    Bytes out(plaintext.size() + kGcmTagBytes);
    int length = 0;
    const bool ok =
        EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1 &&
        (aad.empty() || EVP_EncryptUpdate(context.get(), nullptr, &length, aad.data(), static_cast<int>(aad.size())) == 1) &&
        EVP_EncryptUpdate(context.get(), out.data(), &length, plaintext.data(), static_cast<int>(plaintext.size())) == 1 &&
        EVP_EncryptFinal_ex(context.get(), out.data() + plaintext.size(), &length) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kGcmTagBytes, out.data() + plaintext.size()) == 1;
    if (!ok) return fail(ErrorKind::Internal, "AES-256-GCM failed: " + openssl::lastError());
    return out;
}

Result<SecretBytes> openAes256Gcm(BytesView key, BytesView nonce, BytesView aad, BytesView sealed)
{
    TRY(checkGcmSizes(key, nonce));
    if (sealed.size() < kGcmTagBytes) return fail(ErrorKind::Malformed, "sealed text is shorter than its 16-byte tag");
    const BytesView ciphertext = sealed.first(sealed.size() - kGcmTagBytes);
    Bytes tag = toBytes(sealed.last(kGcmTagBytes));
    const openssl::CipherCtxPtr context(EVP_CIPHER_CTX_new());
    SecretBytes out(ciphertext.size());
    int length = 0;
    const bool ok =
        EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1 &&
        (aad.empty() || EVP_DecryptUpdate(context.get(), nullptr, &length, aad.data(), static_cast<int>(aad.size())) == 1) &&
        EVP_DecryptUpdate(context.get(), out.exposeMutable().data(), &length, ciphertext.data(),
                          static_cast<int>(ciphertext.size())) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kGcmTagBytes, tag.data()) == 1;
    std::uint8_t none[16];
    if (!ok || EVP_DecryptFinal_ex(context.get(), none, &length) != 1) {
        ERR_clear_error();
        return fail(ErrorKind::Untrusted, "sealed text does not open under this key");
    }
    return out;
}

}  // namespace quorate
