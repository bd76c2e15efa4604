// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/rsa.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "core/crypto/openssl_handles.h"

namespace quorate {
namespace {

using BnPtr = std::unique_ptr<BIGNUM, openssl::Deleter<BN_free>>;
using ParamBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, openssl::Deleter<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, openssl::Deleter<OSSL_PARAM_free>>;

constexpr int kMinBits = 2048;
constexpr int kMaxBits = 4096;
constexpr BN_ULONG kExponent = 65537;

BnPtr toNumber(BytesView bytes) { return BnPtr(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr)); }

openssl::PkeyPtr build(const BIGNUM* modulus, const BIGNUM* exponent)
{
    const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
    if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent) != 1) {
        return nullptr;
    }
    const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
    const openssl::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
        return nullptr;
    }
    return openssl::PkeyPtr(key);
}

Bytes spkiOf(EVP_PKEY* key)
{
    unsigned char* der = nullptr;
    const int length = i2d_PUBKEY(key, &der);
    Bytes out(der, der + std::max(length, 0));
    OPENSSL_free(der);
    return out;
}

}  // namespace

Result<PublicKey> rsaPublicKey(BytesView modulus, BytesView exponent)
{
    if (modulus.size() > kMaxBits / 8 || exponent.size() > sizeof(BN_ULONG)) {
        return fail(ErrorKind::Malformed, "RSA modulus is " + std::to_string(modulus.size()) + " bytes and exponent " +
                                              std::to_string(exponent.size()) + ", want at most 512 and 8");
    }
    const BnPtr n = toNumber(modulus);
    const BnPtr e = toNumber(exponent);
    const int bits = BN_num_bits(n.get());
    if (bits < kMinBits || BN_is_odd(n.get()) != 1 || BN_is_word(e.get(), kExponent) != 1) {
        return fail(ErrorKind::Malformed, "RSA key has " + std::to_string(bits) +
                                              " bits, want 2048 to 4096, an odd modulus and exponent 65537");
    }
    const openssl::PkeyPtr key = build(n.get(), e.get());
    if (!key) return fail(ErrorKind::Malformed, "RSA key cannot be used: " + openssl::lastError());
    return PublicKey::fromSpki(spkiOf(key.get()));
}

Result<void> verifyRsaPkcs1Sha256(const PublicKey& key, BytesView message, BytesView signature)
{
    if (key.rsaBits() == 0) return fail(ErrorKind::Untrusted, "key is not RSA");
    const openssl::MdCtxPtr context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr;  // owned by the context
    const bool ok = EVP_DigestVerifyInit(context.get(), &parameters, EVP_sha256(), nullptr, key.handle()) == 1 &&
                    EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PADDING) == 1 &&
                    EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
    ERR_clear_error();
    if (!ok) return fail(ErrorKind::Untrusted, "signature does not verify");
    return {};
}

}  // namespace quorate
