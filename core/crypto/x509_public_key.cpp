// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/x509_public_key.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/provider.h>

#include <optional>

#include "core/crypto/openssl_handles.h"

namespace quorate::openssl {
namespace {

using BnPtr = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using ParamBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;

struct FreeElements {
    void operator()(ASN1_SEQUENCE_ANY* elements) const { sk_ASN1_TYPE_pop_free(elements, ASN1_TYPE_free); }
};

/// The curve, when the algorithm's parameter is the name of one of ours.
std::optional<EcCurve> curveOf(const X509_ALGOR* algorithm)
{
    const void* value = nullptr;
    int type = 0;
    X509_ALGOR_get0(nullptr, &type, &value, algorithm);
    if (type != V_ASN1_OBJECT) return std::nullopt;
    switch (OBJ_obj2nid(static_cast<const ASN1_OBJECT*>(value))) {
    case NID_X9_62_prime256v1: return EcCurve::P256;
    case NID_secp384r1: return EcCurve::P384;
    default: return std::nullopt;
    }
}

/// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER } (RFC 8017 appendix A.1.1).
Result<std::shared_ptr<EVP_PKEY>> readRsa(BytesView der)
{
    const auto malformed = [] {
        ERR_clear_error();
        return fail(ErrorKind::Malformed, "RSA public key cannot be read");
    };
    const unsigned char* next = der.data();
    const std::unique_ptr<ASN1_SEQUENCE_ANY, FreeElements> elements(
        d2i_ASN1_SEQUENCE_ANY(nullptr, &next, static_cast<long>(der.size())));
    if (!elements || next != der.data() + der.size() || sk_ASN1_TYPE_num(elements.get()) != 2) return malformed();
    const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
    BnPtr numbers[2];
    const char* names[2] = {OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E};
    for (int i = 0; i < 2; ++i) {
        const ASN1_TYPE* element = sk_ASN1_TYPE_value(elements.get(), i);
        if (ASN1_TYPE_get(element) != V_ASN1_INTEGER) return malformed();
        numbers[i].reset(ASN1_INTEGER_to_BN(element->value.integer, nullptr));
        if (!numbers[i] || BN_is_negative(numbers[i].get()) || BN_is_zero(numbers[i].get())) return malformed();
        if (OSSL_PARAM_BLD_push_BN(builder.get(), names[i], numbers[i].get()) != 1) return malformed();
    }
    const ParamsPtr parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return malformed();
    }
    return std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free);
}

}  // namespace

OSSL_LIB_CTX* contextWithoutDecoders()
{
    // Lives as long as the program: certificates point to it. Without the null provider OpenSSL would load its default one.
    static OSSL_LIB_CTX* const context = [] {
        OSSL_LIB_CTX* made = OSSL_LIB_CTX_new();
        if (made == nullptr || OSSL_PROVIDER_load(made, "null") != nullptr) return made;
        OSSL_LIB_CTX_free(made);
        return static_cast<OSSL_LIB_CTX*>(nullptr);
    }();
    return context;
}

Result<PublicKey> readPublicKey(const X509_PUBKEY* subjectPublicKeyInfo)
{
    ASN1_OBJECT* object = nullptr;
    const unsigned char* bytes = nullptr;
    int length = 0;
    X509_ALGOR* algorithm = nullptr;
    if (X509_PUBKEY_get0_param(&object, &bytes, &length, &algorithm, subjectPublicKeyInfo) != 1 || length <= 0)
        return fail(ErrorKind::Malformed, "public key cannot be read");
    const BytesView key(bytes, static_cast<std::size_t>(length));
    unsigned char* encoded = nullptr;
    const int encodedLength = i2d_X509_PUBKEY(subjectPublicKeyInfo, &encoded);
    Bytes spki(encoded, encoded + std::max(encodedLength, 0));
    OPENSSL_free(encoded);

    const int kind = OBJ_obj2nid(object);
    const auto curve = kind == NID_X9_62_id_ecPublicKey ? curveOf(algorithm) : std::nullopt;
    constexpr std::uint8_t kUncompressed = 0x04;
    if (curve && key.front() == kUncompressed) {
        TRY_ASSIGN(point, PublicKey::fromRawPoint(*curve, key.subspan(1)));
        return point;
    }
    if (kind == NID_rsaEncryption) {
        TRY_ASSIGN(rsa, readRsa(key));
        return PublicKey::share(std::move(rsa), std::move(spki));
    }
    return PublicKey::fromSpki(spki);
}

}  // namespace quorate::openssl
