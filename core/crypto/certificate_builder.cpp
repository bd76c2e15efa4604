// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/certificate_builder.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "core/crypto/openssl_handles.h"

namespace quorate {
namespace {

using ExtensionPtr = std::unique_ptr<X509_EXTENSION, openssl::Deleter<X509_EXTENSION_free>>;
using NamePtr = std::unique_ptr<X509_NAME, openssl::Deleter<X509_NAME_free>>;
using TimePtr = std::unique_ptr<ASN1_TIME, openssl::Deleter<ASN1_TIME_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, openssl::Deleter<ASN1_INTEGER_free>>;
using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, openssl::Deleter<ASN1_OCTET_STRING_free>>;
using ObjectPtr = std::unique_ptr<ASN1_OBJECT, openssl::Deleter<ASN1_OBJECT_free>>;

tl::unexpected<Error> buildFailed(const char* what)
{
    return fail(ErrorKind::Internal,
                std::string("certificate cannot be built (") + what + "): " + openssl::lastError());
}

TimePtr toAsn1(UtcSeconds time)
{
    // ASN1_TIME_adj picks UTCTime before 2050 and GeneralizedTime after, as RFC 5280 wants.
    return TimePtr(ASN1_TIME_set(nullptr, static_cast<std::time_t>(time.time_since_epoch().count())));
}

bool addEntry(X509_NAME* name, int nid, const std::string& value)
{
    if (value.empty()) return true;
    return X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                      static_cast<int>(value.size()), -1, 0) == 1;
}

Result<void> setSubject(X509* certificate, const CertificateSpec& spec)
{
    const NamePtr name(X509_NAME_new());
    const bool ok = addEntry(name.get(), NID_organizationName, spec.organisation) &&
                    addEntry(name.get(), NID_organizationalUnitName, spec.organisationalUnit) &&
                    addEntry(name.get(), NID_commonName, spec.commonName) &&
                    X509_set_subject_name(certificate, name.get()) == 1;
    if (!ok) return buildFailed("subject");
    return {};
}

Result<void> addStandardExtension(X509* certificate, X509V3_CTX* context, int nid, const std::string& value)
{
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, context, nid, value.c_str()));
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) return buildFailed(OBJ_nid2sn(nid));
    return {};
}

/// DNS names go in as values, not as configuration text: a comma in a name must not become a second entry.
Result<void> addDnsNames(X509* certificate, const std::vector<std::string>& names)
{
    const std::unique_ptr<GENERAL_NAMES, openssl::Deleter<GENERAL_NAMES_free>> list(GENERAL_NAMES_new());
    for (const std::string& name : names) {
        GENERAL_NAME* entry = GENERAL_NAME_new();
        ASN1_IA5STRING* text = ASN1_IA5STRING_new();
        ASN1_STRING_set(text, name.data(), static_cast<int>(name.size()));
        GENERAL_NAME_set0_value(entry, GEN_DNS, text);
        sk_GENERAL_NAME_push(list.get(), entry);
    }
    if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, list.get(), 0, X509V3_ADD_DEFAULT) != 1) {
        return buildFailed("subjectAltName");
    }
    return {};
}

Result<void> addStandardExtensions(X509* certificate, X509* issuer, const CertificateSpec& spec)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    TRY(addStandardExtension(certificate, &context, NID_basic_constraints,
                             spec.isCa ? "critical,CA:TRUE" : "critical,CA:FALSE"));
    TRY(addStandardExtension(certificate, &context, NID_key_usage,
                             spec.isCa ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature"));
    TRY(addStandardExtension(certificate, &context, NID_subject_key_identifier, "hash"));
    TRY(addStandardExtension(certificate, &context, NID_authority_key_identifier, "keyid:always"));
    if (!spec.dnsNames.empty()) TRY(addDnsNames(certificate, spec.dnsNames));
    return {};
}

Result<void> addOwnExtensions(X509* certificate, const CertificateSpec& spec)
{
    for (const CertificateSpec::Extension& extension : spec.extensions) {
        const ObjectPtr oid(OBJ_txt2obj(extension.oid.c_str(), 1));
        const OctetsPtr value(ASN1_OCTET_STRING_new());
        if (!oid) return buildFailed(extension.oid.c_str());
        ASN1_OCTET_STRING_set(value.get(), extension.value.data(), static_cast<int>(extension.value.size()));
        const ExtensionPtr built(X509_EXTENSION_create_by_OBJ(nullptr, oid.get(), extension.critical ? 1 : 0, value.get()));
        if (!built || X509_add_ext(certificate, built.get(), -1) != 1) return buildFailed(extension.oid.c_str());
    }
    return {};
}

/// ECDSA with the curve's own hash, or RSASSA-PSS with SHA-384 and salt 48.
Result<openssl::MdCtxPtr> startSigning(const IssuerKey& key)
{
    openssl::MdCtxPtr context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr;
    if (EVP_PKEY_get_base_id(key.handle()) == EVP_PKEY_EC) {
        const EVP_MD* md = EVP_PKEY_get_bits(key.handle()) <= 256 ? EVP_sha256() : EVP_sha384();
        if (EVP_DigestSignInit(context.get(), &parameters, md, nullptr, key.handle()) != 1)
            return buildFailed("signing");
        return context;
    }
    if (EVP_DigestSignInit(context.get(), &parameters, EVP_sha384(), nullptr, key.handle()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
        EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, 48) != 1 ||
        EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, EVP_sha384()) != 1) {
        return buildFailed("signing");
    }
    return context;
}

Result<Bytes> toDer(const X509* certificate)
{
    unsigned char* der = nullptr;
    const int length = i2d_X509(certificate, &der);
    if (length < 0) return buildFailed("encoding");
    Bytes out(der, der + length);
    OPENSSL_free(der);
    return out;
}

IntegerPtr toInteger(const Bytes& bigEndian)
{
    const std::unique_ptr<BIGNUM, openssl::Deleter<BN_free>> number(
        BN_bin2bn(bigEndian.data(), static_cast<int>(bigEndian.size()), nullptr));
    return IntegerPtr(BN_to_ASN1_INTEGER(number.get(), nullptr));
}

bool setSerial(X509* certificate, const Bytes& serial)
{
    const IntegerPtr integer = toInteger(serial);
    return integer && X509_set_serialNumber(certificate, integer.get()) == 1;
}

Result<void> addRevoked(X509_CRL* crl, const std::vector<Bytes>& serials, UtcSeconds when)
{
    const TimePtr time = toAsn1(when);
    for (const Bytes& serial : serials) {
        const IntegerPtr integer = toInteger(serial);
        std::unique_ptr<X509_REVOKED, openssl::Deleter<X509_REVOKED_free>> entry(X509_REVOKED_new());
        X509_REVOKED_set_serialNumber(entry.get(), integer.get());
        X509_REVOKED_set_revocationDate(entry.get(), time.get());
        if (X509_CRL_add0_revoked(crl, entry.get()) != 1) return buildFailed("revoked entry");
        (void)entry.release();
    }
    X509_CRL_sort(crl);
    return {};
}

Result<void> addCrlExtensions(X509_CRL* crl, X509* issuer)
{
    const IntegerPtr number(ASN1_INTEGER_new());
    ASN1_INTEGER_set(number.get(), 1);
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, nullptr, nullptr, crl, 0);
    const ExtensionPtr authority(X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"));
    if (!authority || X509_CRL_add_ext(crl, authority.get(), -1) != 1 ||
        X509_CRL_add1_ext_i2d(crl, NID_crl_number, number.get(), 0, 0) != 1) {
        return buildFailed("CRL extensions");
    }
    return {};
}

}  // namespace

IssuerKey IssuerKey::fromEc(const SigningKey& key)
{
    EVP_PKEY_up_ref(key.handle());
    IssuerKey out;
    out.m_key = {key.handle(), EVP_PKEY_free};
    return out;
}

Result<IssuerKey> IssuerKey::generateRsa(int bits)
{
    EVP_PKEY* key = EVP_RSA_gen(static_cast<unsigned int>(bits));
    if (key == nullptr) return fail(ErrorKind::Internal, "RSA key generation failed: " + openssl::lastError());
    IssuerKey out;
    out.m_key = {key, EVP_PKEY_free};
    return out;
}

Result<IssuerKey> IssuerKey::fromPkcs8(BytesView der)
{
    const unsigned char* next = der.data();
    EVP_PKEY* key = d2i_AutoPrivateKey(nullptr, &next, static_cast<long>(der.size()));
    if (key == nullptr) return fail(ErrorKind::Malformed, "private key cannot be read: " + openssl::lastError());
    IssuerKey out;
    out.m_key = {key, EVP_PKEY_free};
    return out;
}

SecretBytes IssuerKey::toPkcs8() const
{
    const std::unique_ptr<PKCS8_PRIV_KEY_INFO, openssl::Deleter<PKCS8_PRIV_KEY_INFO_free>> info(
        EVP_PKEY2PKCS8(m_key.get()));
    unsigned char* der = nullptr;
    const int length = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
    SecretBytes out = SecretBytes::copyOf({der, static_cast<std::size_t>(std::max(length, 0))});
    OPENSSL_clear_free(der, static_cast<std::size_t>(std::max(length, 0)));
    return out;
}

Result<Certificate> issueCertificate(const CertificateSpec& spec, const evp_pkey_st* subjectKey,
                                     const IssuerKey& issuerKey, const Certificate* issuer)
{
    const openssl::X509Ptr certificate(X509_new());
    const TimePtr notBefore = toAsn1(spec.notBefore);
    const TimePtr notAfter = toAsn1(spec.notAfter);
    // X509_set_pubkey takes a reference but does not change the key; its signature only lacks the const.
    const bool ok = X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                    setSerial(certificate.get(), spec.serial.bigEndian) &&
                    X509_set1_notBefore(certificate.get(), notBefore.get()) == 1 &&
                    X509_set1_notAfter(certificate.get(), notAfter.get()) == 1 &&
                    X509_set_pubkey(certificate.get(), const_cast<EVP_PKEY*>(subjectKey)) == 1;
    if (!ok) return buildFailed("fields");
    TRY(setSubject(certificate.get(), spec));
    X509* signer = issuer != nullptr ? issuer->handle() : certificate.get();
    if (X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer)) != 1) return buildFailed("issuer");
    if (!spec.plain) TRY(addStandardExtensions(certificate.get(), signer, spec));
    TRY(addOwnExtensions(certificate.get(), spec));
    TRY_ASSIGN(signing, startSigning(issuerKey));
    if (X509_sign_ctx(certificate.get(), signing.get()) <= 0) return buildFailed("signature");
    TRY_ASSIGN(der, toDer(certificate.get()));
    return Certificate::fromDer(der);
}

Result<Bytes> issueCrl(const Certificate& issuer, const IssuerKey& issuerKey, UtcSeconds thisUpdate,
                       UtcSeconds nextUpdate, const std::vector<Bytes>& revokedSerials)
{
    const openssl::X509CrlPtr crl(X509_CRL_new());
    const TimePtr from = toAsn1(thisUpdate);
    const TimePtr to = toAsn1(nextUpdate);
    const bool ok = X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2) == 1 &&
                    X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(issuer.handle())) == 1 &&
                    X509_CRL_set1_lastUpdate(crl.get(), from.get()) == 1 &&
                    X509_CRL_set1_nextUpdate(crl.get(), to.get()) == 1;
    if (!ok) return buildFailed("CRL fields");
    TRY(addRevoked(crl.get(), revokedSerials, thisUpdate));
    TRY(addCrlExtensions(crl.get(), issuer.handle()));
    TRY_ASSIGN(signing, startSigning(issuerKey));
    if (X509_CRL_sign_ctx(crl.get(), signing.get()) <= 0) return buildFailed("CRL signature");
    unsigned char* der = nullptr;
    const int length = i2d_X509_CRL(crl.get(), &der);
    if (length < 0) return buildFailed("CRL encoding");
    Bytes out(der, der + length);
    OPENSSL_free(der);
    return out;
}

}  // namespace quorate
