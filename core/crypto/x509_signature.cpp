// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/x509_signature.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <optional>

#include "core/crypto/openssl_handles.h"

namespace quorate::openssl {
namespace {

constexpr int kMinRsaBits = 3072;
constexpr std::size_t kMaxElementsBeforeAlgorithm = 2;  // version and serial number

bool isSha384(const X509_ALGOR* hash) { return hash != nullptr && OBJ_obj2nid(hash->algorithm) == NID_sha384; }

bool isPssSha384(const X509_ALGOR* algorithm)
{
    const ASN1_OBJECT* object = nullptr;
    const void* value = nullptr;
    int type = 0;
    X509_ALGOR_get0(&object, &type, &value, algorithm);
    if (OBJ_obj2nid(object) != NID_rsassaPss || type != V_ASN1_SEQUENCE) return false;
    const auto* sequence = static_cast<const ASN1_STRING*>(value);
    const unsigned char* next = ASN1_STRING_get0_data(sequence);
    const std::unique_ptr<RSA_PSS_PARAMS, Deleter<RSA_PSS_PARAMS_free>> pss(
        d2i_RSA_PSS_PARAMS(nullptr, &next, ASN1_STRING_length(sequence)));
    if (!pss || pss->hashAlgorithm == nullptr || pss->maskGenAlgorithm == nullptr || pss->saltLength == nullptr) {
        ERR_clear_error();
        return false;
    }
    const ASN1_OBJECT* mask = nullptr;
    X509_ALGOR_get0(&mask, &type, &value, pss->maskGenAlgorithm);
    if (OBJ_obj2nid(mask) != NID_mgf1 || type != V_ASN1_SEQUENCE) return false;
    const auto* maskHash = static_cast<const ASN1_STRING*>(value);
    next = ASN1_STRING_get0_data(maskHash);
    const std::unique_ptr<X509_ALGOR, Deleter<X509_ALGOR_free>> mgfHash(
        d2i_X509_ALGOR(nullptr, &next, ASN1_STRING_length(maskHash)));
    ERR_clear_error();
    return isSha384(pss->hashAlgorithm) && isSha384(mgfHash.get()) &&
           ASN1_INTEGER_get(pss->saltLength) == PublicKey::kPssSaltBytes &&
           (pss->trailerField == nullptr || ASN1_INTEGER_get(pss->trailerField) == 1);
}

/// Takes the first element off `rest`, header included. Definite lengths only.
std::optional<BytesView> takeElement(BytesView& rest, int& tag)
{
    const unsigned char* content = rest.data();
    long length = 0;
    int kind = 0;
    const int flags = ASN1_get_object(&content, &length, &tag, &kind, static_cast<long>(rest.size()));
    if ((flags & 0x80) != 0 || (flags & 1) != 0) {
        ERR_clear_error();
        return std::nullopt;
    }
    // A tag of another class is not the universal type of its number.
    if (kind != V_ASN1_UNIVERSAL) tag = -1;
    const auto size = static_cast<std::size_t>(content - rest.data()) + static_cast<std::size_t>(length);
    const BytesView element = rest.first(size);
    rest = rest.subspan(size);
    return element;
}

/// The content of one SEQUENCE that is all of `element`.
std::optional<BytesView> contentOf(BytesView element)
{
    const unsigned char* content = element.data();
    long length = 0;
    int tag = 0;
    int kind = 0;
    const int flags = ASN1_get_object(&content, &length, &tag, &kind, static_cast<long>(element.size()));
    if ((flags & 0x80) != 0 || tag != V_ASN1_SEQUENCE) {
        ERR_clear_error();
        return std::nullopt;
    }
    return element.subspan(static_cast<std::size_t>(content - element.data()));
}

/// The signed part, once its own algorithm is the same bytes as the one outside, which nothing signs.
Result<BytesView> signedPart(BytesView der)
{
    const auto whole = contentOf(der);
    if (!whole) return fail(ErrorKind::Malformed, "signed object is not a SEQUENCE");
    BytesView rest = *whole;
    int tag = 0;
    const auto part = takeElement(rest, tag);
    const auto outer = takeElement(rest, tag);
    if (!part || !outer || !contentOf(*part)) return fail(ErrorKind::Malformed, "signed object has no signed part");
    BytesView inside = *contentOf(*part);
    for (std::size_t i = 0; i <= kMaxElementsBeforeAlgorithm; ++i) {
        const auto element = takeElement(inside, tag);
        if (!element) break;
        if (tag != V_ASN1_SEQUENCE) continue;
        if (asText(*element) == asText(*outer)) return *part;
        break;
    }
    return fail(ErrorKind::Untrusted, "signed object names two signature algorithms");
}

}  // namespace

Result<void> verifySignedDer(BytesView der, const X509_ALGOR* algorithm, const ASN1_BIT_STRING* signature,
                             const PublicKey& signer)
{
    constexpr long kUnusedBits = 0x07;
    if ((signature->flags & kUnusedBits) != 0) return fail(ErrorKind::Malformed, "signature is not whole bytes");
    TRY_ASSIGN(message, signedPart(der));
    const BytesView bytes(ASN1_STRING_get0_data(signature), static_cast<std::size_t>(ASN1_STRING_length(signature)));
    const int nid = OBJ_obj2nid(algorithm->algorithm);
    if (nid == NID_ecdsa_with_SHA256) return signer.verifyDer(EcCurve::P256, message, bytes);
    if (nid == NID_ecdsa_with_SHA384) return signer.verifyDer(EcCurve::P384, message, bytes);
    if (isPssSha384(algorithm)) {
        if (signer.rsaBits() >= kMinRsaBits) return signer.verifyPss(message, bytes);
        return fail(ErrorKind::Untrusted,
                    "signature is RSASSA-PSS but the issuer's key is not RSA of 3072 bits or more");
    }
    return fail(ErrorKind::Untrusted, std::string("signature algorithm ") + OBJ_nid2sn(nid) +
                                          " is not ECDSA with SHA-256/384 or RSASSA-PSS with SHA-384 and salt 48");
}

}  // namespace quorate::openssl
