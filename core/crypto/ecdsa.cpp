// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "core/crypto/digest.h"
#include "core/crypto/openssl_handles.h"

namespace quorate {
namespace {

using EcdsaSigPtr = std::unique_ptr<ECDSA_SIG, openssl::Deleter<ECDSA_SIG_free>>;
using BnPtr = std::unique_ptr<BIGNUM, openssl::Deleter<BN_free>>;

std::size_t scalarBytes(EcCurve curve) { return curve == EcCurve::P256 ? 32 : 48; }
const char* groupName(EcCurve curve) { return curve == EcCurve::P256 ? "prime256v1" : "secp384r1"; }
const EVP_MD* digestOf(EcCurve curve) { return curve == EcCurve::P256 ? EVP_sha256() : EVP_sha384(); }

bool isOnCurve(EVP_PKEY* key, EcCurve curve)
{
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return false;
    char name[64] = {};
    return EVP_PKEY_get_group_name(key, name, sizeof name, nullptr) == 1 && std::string_view(name) == groupName(curve);
}

/// What stands before the point in the SubjectPublicKeyInfo of a named curve's uncompressed point (RFC 5480 section 2).
BytesView spkiHead(EcCurve curve)
{
    static constexpr std::uint8_t kP256[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
                                             0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};
    static constexpr std::uint8_t kP384[] = {0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02,
                                             0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00};
    return curve == EcCurve::P256 ? BytesView(kP256) : BytesView(kP384);
}

/// OpenSSL 3.0 writes the same, but setting up its encoder takes as long as checking a signature.
Bytes spkiOf(EcCurve curve, BytesView point)
{
    Bytes out = toBytes(spkiHead(curve));
    out.insert(out.end(), point.begin(), point.end());
    return out;
}

Bytes spkiOf(EVP_PKEY* key)
{
    unsigned char* der = nullptr;
    const int length = i2d_PUBKEY(key, &der);
    Bytes out(der, der + std::max(length, 0));
    OPENSSL_free(der);
    return out;
}

std::shared_ptr<EVP_PKEY> own(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

}  // namespace

Result<PublicKey> PublicKey::fromSpki(BytesView der)
{
    const unsigned char* next = der.data();
    EVP_PKEY* key = d2i_PUBKEY(nullptr, &next, static_cast<long>(der.size()));
    if (key == nullptr) return fail(ErrorKind::Malformed, "public key cannot be read: " + openssl::lastError());
    PublicKey out;
    out.m_key = own(key);
    if (next != der.data() + der.size()) return fail(ErrorKind::Malformed, "public key has bytes after its end");
    out.m_spki = toBytes(der);
    return out;
}

Result<PublicKey> PublicKey::fromRawPoint(EcCurve curve, BytesView xy)
{
    if (xy.size() != 2 * scalarBytes(curve)) {
        return fail(ErrorKind::Malformed, "public key is " + std::to_string(xy.size()) + " bytes, want " +
                                              std::to_string(2 * scalarBytes(curve)));
    }
    Bytes point{0x04};
    point.insert(point.end(), xy.begin(), xy.end());
    std::string group = groupName(curve);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()), OSSL_PARAM_construct_end()};
    const openssl::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        ERR_clear_error();
        return fail(ErrorKind::Malformed, "public key is not a point on the curve");
    }
    return share(own(key), spkiOf(curve, point));
}

PublicKey PublicKey::share(std::shared_ptr<evp_pkey_st> key, Bytes spki)
{
    PublicKey out;
    out.m_key = std::move(key);
    out.m_spki = std::move(spki);
    return out;
}

Digest32 PublicKey::spkiSha256() const { return sha256(m_spki); }

bool PublicKey::isEc(EcCurve curve) const
{
    // The key's own encoding names its curve; a point that is compressed is left to OpenSSL.
    const BytesView head = spkiHead(curve);
    if (m_key && m_spki.size() > head.size() && std::equal(head.begin(), head.end(), m_spki.begin())) return true;
    return m_key && isOnCurve(m_key.get(), curve);
}

Result<Bytes> PublicKey::rawPoint() const
{
    std::size_t length = 0;
    Bytes point(200);
    if (!m_key || EVP_PKEY_get_octet_string_param(m_key.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &length) != 1 ||
        length < 3 || point[0] != 0x04) {
        ERR_clear_error();
        return fail(ErrorKind::Malformed, "key is not an uncompressed EC point");
    }
    return Bytes(point.begin() + 1, point.begin() + static_cast<std::ptrdiff_t>(length));
}

Result<void> PublicKey::verifyDer(EcCurve curve, BytesView message, BytesView signature) const
{
    if (!isEc(curve)) return fail(ErrorKind::Untrusted, std::string("key is not on ") + groupName(curve));
    const openssl::MdCtxPtr context(EVP_MD_CTX_new());
    const bool ok = EVP_DigestVerifyInit(context.get(), nullptr, digestOf(curve), nullptr, m_key.get()) == 1 &&
                    EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
    ERR_clear_error();
    if (!ok) return fail(ErrorKind::Untrusted, "signature does not verify");
    return {};
}

Result<void> PublicKey::verifyRaw(EcCurve curve, BytesView message, BytesView signature) const
{
    TRY_ASSIGN(der, ecdsaRawToDer(signature, scalarBytes(curve)));
    return verifyDer(curve, message, der);
}

int PublicKey::rsaBits() const
{
    const int type = m_key ? EVP_PKEY_get_base_id(m_key.get()) : EVP_PKEY_NONE;
    return type == EVP_PKEY_RSA || type == EVP_PKEY_RSA_PSS ? EVP_PKEY_get_bits(m_key.get()) : 0;
}

Result<void> PublicKey::verifyPss(BytesView message, BytesView signature) const
{
    if (rsaBits() == 0) return fail(ErrorKind::Untrusted, "key is not RSA");
    const openssl::MdCtxPtr context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr;
    const bool ok = EVP_DigestVerifyInit(context.get(), &parameters, EVP_sha384(), nullptr, m_key.get()) == 1 &&
                    EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
                    EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, kPssSaltBytes) == 1 &&
                    EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, EVP_sha384()) == 1 &&
                    EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
    ERR_clear_error();
    if (!ok) return fail(ErrorKind::Untrusted, "signature does not verify");
    return {};
}

Result<SigningKey> SigningKey::adopt(std::shared_ptr<evp_pkey_st> key)
{
    SigningKey out;
    out.m_key = std::move(key);
    if (isOnCurve(out.m_key.get(), EcCurve::P256)) {
        out.m_curve = EcCurve::P256;
    } else if (isOnCurve(out.m_key.get(), EcCurve::P384)) {
        out.m_curve = EcCurve::P384;
    } else {
        return fail(ErrorKind::Malformed, "signing key is not on P-256 or P-384");
    }
    TRY_ASSIGN(publicKey, PublicKey::fromSpki(spkiOf(out.m_key.get())));
    out.m_public = std::move(publicKey);
    return out;
}

Result<SigningKey> SigningKey::generate(EcCurve curve)
{
    EVP_PKEY* key = EVP_EC_gen(groupName(curve));
    if (key == nullptr) return fail(ErrorKind::Internal, "key generation failed: " + openssl::lastError());
    return adopt(own(key));
}

Result<SigningKey> SigningKey::fromPkcs8(BytesView der)
{
    const unsigned char* next = der.data();
    EVP_PKEY* key = d2i_AutoPrivateKey(nullptr, &next, static_cast<long>(der.size()));
    if (key == nullptr) return fail(ErrorKind::Malformed, "private key cannot be read: " + openssl::lastError());
    return adopt(own(key));
}

Result<Bytes> SigningKey::signDer(BytesView message) const
{
    const openssl::MdCtxPtr context(EVP_MD_CTX_new());
    std::size_t length = 0;
    if (EVP_DigestSignInit(context.get(), nullptr, digestOf(m_curve), nullptr, m_key.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &length, message.data(), message.size()) != 1) {
        return fail(ErrorKind::Internal, "signing failed: " + openssl::lastError());
    }
    Bytes out(length);
    if (EVP_DigestSign(context.get(), out.data(), &length, message.data(), message.size()) != 1) {
        return fail(ErrorKind::Internal, "signing failed: " + openssl::lastError());
    }
    out.resize(length);
    return out;
}

Result<Bytes> Signer::signRaw(BytesView message) const
{
    TRY_ASSIGN(der, signDer(message));
    return ecdsaDerToRaw(der, scalarBytes(curve()));
}

SecretBytes SigningKey::toPkcs8() const
{
    const std::unique_ptr<PKCS8_PRIV_KEY_INFO, openssl::Deleter<PKCS8_PRIV_KEY_INFO_free>> info(EVP_PKEY2PKCS8(m_key.get()));
    unsigned char* der = nullptr;
    const int length = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
    SecretBytes out = SecretBytes::copyOf({der, static_cast<std::size_t>(std::max(length, 0))});
    OPENSSL_clear_free(der, static_cast<std::size_t>(std::max(length, 0)));
    return out;
}

SecretBytes SigningKey::toPkcs8Pem() const
{
    const openssl::BioPtr memory(BIO_new(BIO_s_secmem()));
    PEM_write_bio_PKCS8PrivateKey(memory.get(), m_key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &text);
    return SecretBytes::copyOf({reinterpret_cast<std::uint8_t*>(text), static_cast<std::size_t>(length)});
}

Result<Bytes> ecdsaRawToDer(BytesView raw, std::size_t scalarBytes)
{
    if (raw.size() != 2 * scalarBytes) {
        return fail(ErrorKind::Malformed, "signature is " + std::to_string(raw.size()) + " bytes, want " +
                                              std::to_string(2 * scalarBytes));
    }
    const EcdsaSigPtr signature(ECDSA_SIG_new());
    BnPtr r(BN_bin2bn(raw.data(), static_cast<int>(scalarBytes), nullptr));
    BnPtr s(BN_bin2bn(raw.data() + scalarBytes, static_cast<int>(scalarBytes), nullptr));
    if (BN_is_zero(r.get()) || BN_is_zero(s.get())) return fail(ErrorKind::Untrusted, "signature has a zero component");
    if (ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return fail(ErrorKind::Internal, "signature cannot be built");
    (void)r.release();
    (void)s.release();
    unsigned char* der = nullptr;
    const int length = i2d_ECDSA_SIG(signature.get(), &der);
    Bytes out(der, der + std::max(length, 0));
    OPENSSL_free(der);
    return out;
}

Result<Bytes> ecdsaDerToRaw(BytesView der, std::size_t scalarBytes)
{
    const unsigned char* next = der.data();
    const EcdsaSigPtr signature(d2i_ECDSA_SIG(nullptr, &next, static_cast<long>(der.size())));
    Bytes out(2 * scalarBytes);
    if (!signature || next != der.data() + der.size() ||
        BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out.data(), static_cast<int>(scalarBytes)) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out.data() + scalarBytes, static_cast<int>(scalarBytes)) < 0) {
        ERR_clear_error();
        return fail(ErrorKind::Malformed, "signature is not an Ecdsa-Sig-Value of this curve");
    }
    return out;
}

}  // namespace quorate
