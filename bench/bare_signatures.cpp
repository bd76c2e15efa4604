// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/bare_signatures.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

#include "core/attestation/snp/report.h"
#include "core/attestation/tdx/quote.h"
#include "core/attestation/verify/signed_json.h"
#include "core/crypto/certificate.h"
#include "core/crypto/x509_public_key.h"

namespace quorate::bench {
namespace {

using namespace attestation;

constexpr std::size_t kP256ScalarBytes = 32;
constexpr std::size_t kP384ScalarBytes = 48;

BareStep certificateBy(Certificate subject, const Certificate& issuer)
{
    return [subject = std::move(subject), key = issuer.publicKey()] {
        return X509_verify(subject.handle(), key.handle()) == 1;
    };
}

Result<BareStep> crlBy(BytesView der, const Certificate& issuer)
{
    const unsigned char* next = der.data();
    const std::shared_ptr<X509_CRL> crl(d2i_X509_CRL(nullptr, &next, static_cast<long>(der.size())), X509_CRL_free);
    if (!crl) return fail(ErrorKind::Malformed, "CRL cannot be read");
    return BareStep([crl, key = issuer.publicKey()] { return X509_CRL_verify(crl.get(), key.handle()) == 1; });
}

/// EVP_DigestVerify over a DER signature.
bool verifies(BytesView message, BytesView signature, const PublicKey& key, const EVP_MD* digest)
{
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    const bool ok = EVP_DigestVerifyInit(context, nullptr, digest, nullptr, key.handle()) == 1 &&
                    EVP_DigestVerify(context, signature.data(), signature.size(), message.data(), message.size()) == 1;
    EVP_MD_CTX_free(context);
    return ok;
}

BareStep decodeCertificate(const Certificate& certificate)
{
    return [der = certificate.der()] {
        const unsigned char* next = der.data();
        X509* decoded = X509_new_ex(openssl::contextWithoutDecoders(), nullptr);
        const bool ok = d2i_X509(&decoded, &next, static_cast<long>(der.size())) != nullptr &&
                        openssl::readPublicKey(X509_get_X509_PUBKEY(decoded)).has_value();
        X509_free(decoded);
        return ok;
    };
}

BareStep decodeCrl(BytesView der)
{
    return [der = toBytes(der)] {
        const unsigned char* next = der.data();
        X509_CRL* decoded = d2i_X509_CRL(nullptr, &next, static_cast<long>(der.size()));
        X509_CRL_free(decoded);
        return decoded != nullptr;
    };
}

Result<BytesView> need(const Collateral& collateral, const char* name)
{
    const Bytes* bytes = collateral.find(name);
    if (bytes == nullptr) return fail(ErrorKind::Unavailable, std::string("case has no ") + name);
    return BytesView(*bytes);
}

/// The same for a signature that is carried as r ‖ s: OpenSSL takes an Ecdsa-Sig-Value only.
Result<BareStep> messageByRaw(Bytes message, BytesView signature, PublicKey key)
{
    TRY(ecdsaRawToDer(signature, kP256ScalarBytes));
    return BareStep([message = std::move(message), signature = toBytes(signature), key = std::move(key)] {
        const auto der = ecdsaRawToDer(signature, kP256ScalarBytes);
        return der && verifies(message, *der, key, EVP_sha256());
    });
}

Result<BareStep> jsonBy(const Collateral& collateral, const char* file, const char* member, const PublicKey& key)
{
    TRY_ASSIGN(bytes, need(collateral, file));
    TRY_ASSIGN(document, parseSignedJson(bytes, member));
    return messageByRaw(toBytes(asBytes(document.inner)), document.signature, key);
}

}  // namespace

Result<BareSignatures> bareTdx(const Evidence& evidence, const Collateral& collateral)
{
    TRY_ASSIGN(quote, tdx::parseQuote(evidence.blob));
    TRY_ASSIGN(chain, Certificate::chainFromPem(asText(quote.certData), 3));
    if (chain.size() != 3) return fail(ErrorKind::Malformed, "quote carries no PCK chain of three");
    TRY_ASSIGN(signerPem, need(collateral, "tcb_info_issuer_chain.pem"));
    TRY_ASSIGN(signerChain, Certificate::chainFromPem(asText(signerPem), 3));
    TRY_ASSIGN(rootCrlBytes, need(collateral, "root_ca_crl.der"));
    TRY_ASSIGN(pckCrlBytes, need(collateral, "pck_ca_crl.der"));
    TRY_ASSIGN(rootCrl, crlBy(rootCrlBytes, chain[2]));
    TRY_ASSIGN(pckCrl, crlBy(pckCrlBytes, chain[1]));
    const PublicKey signer = signerChain.front().publicKey();
    TRY_ASSIGN(tcbInfo, jsonBy(collateral, "tcb_info.json", "tcbInfo", signer));
    TRY_ASSIGN(qeIdentity, jsonBy(collateral, "qe_identity.json", "enclaveIdentity", signer));
    TRY_ASSIGN(attestationKey, PublicKey::fromRawPoint(EcCurve::P256, quote.attestationKey.view()));
    TRY_ASSIGN(qeReport, messageByRaw(quote.qeReportBytes, quote.qeReportSignature.view(), chain[0].publicKey()));
    const BytesView signedPart = BytesView(evidence.blob).first(quote.signedBytes);
    TRY_ASSIGN(whole, messageByRaw(toBytes(signedPart), quote.signature.view(), attestationKey));

    BareSignatures out;
    out.warm.keys = {[point = quote.attestationKey] { return PublicKey::fromRawPoint(EcCurve::P256, point.view()).has_value(); }};
    out.warm.checks = {qeReport, whole};
    out.first.keys = {decodeCertificate(chain[0]), decodeCertificate(chain[1]), decodeCertificate(chain[2]),
                      decodeCertificate(signerChain[0]), decodeCrl(rootCrlBytes), decodeCrl(pckCrlBytes), out.warm.keys[0]};
    out.first.checks = {certificateBy(chain[0], chain[1]), certificateBy(chain[1], chain[2]),
                        certificateBy(chain[2], chain[2]), certificateBy(signerChain[0], chain[2]),
                        rootCrl, pckCrl, tcbInfo, qeIdentity, out.warm.checks[0], out.warm.checks[1]};
    return out;
}

Result<BareSignatures> bareSnp(const Evidence& evidence, const Collateral& collateral)
{
    TRY_ASSIGN(report, snp::parseReport(evidence.blob));
    TRY_ASSIGN(vekBytes, need(collateral, "vek.der"));
    TRY_ASSIGN(askBytes, need(collateral, "intermediate.der"));
    TRY_ASSIGN(arkBytes, need(collateral, "ark.der"));
    TRY_ASSIGN(crlBytes, need(collateral, "crl.der"));
    TRY_ASSIGN(vek, Certificate::fromDer(vekBytes));
    TRY_ASSIGN(ask, Certificate::fromDer(askBytes));
    TRY_ASSIGN(ark, Certificate::fromDer(arkBytes));
    TRY_ASSIGN(crl, crlBy(crlBytes, ark));
    TRY_ASSIGN(signature, ecdsaRawToDer(report.signature, kP384ScalarBytes));

    BareSignatures out;
    const Bytes message = toBytes(BytesView(evidence.blob).first(snp::kSignedBytes));
    out.warm.checks = {[message, signature, key = vek.publicKey()] { return verifies(message, signature, key, EVP_sha384()); }};
    out.first.keys = {decodeCertificate(ark), decodeCertificate(ask), decodeCertificate(vek), decodeCrl(crlBytes)};
    out.first.checks = {certificateBy(ark, ark), certificateBy(ask, ark), certificateBy(vek, ask), crl, out.warm.checks[0]};
    return out;
}

}  // namespace quorate::bench
