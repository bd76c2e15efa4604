// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/certificate.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>

#include "core/crypto/digest.h"
#include "core/crypto/openssl_handles.h"
#include "core/crypto/x509_extensions.h"
#include "core/crypto/x509_public_key.h"
#include "core/crypto/x509_signature.h"

namespace quorate {
namespace {

constexpr std::size_t kMaxCertificateBytes = 64 * 1024;
constexpr std::size_t kMaxCrlBytes = 8 * 1024 * 1024;
constexpr std::size_t kMaxPemBytes = 1024 * 1024;
constexpr std::string_view kBeginCertificate = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEndCertificate = "-----END CERTIFICATE-----";
constexpr std::string_view kBeginCrl = "-----BEGIN X509 CRL-----";
constexpr std::string_view kEndCrl = "-----END X509 CRL-----";

bool isSpace(char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }

std::string_view withoutLeadingSpace(std::string_view text)
{
    while (!text.empty() && isSpace(text.front())) text.remove_prefix(1);
    return text;
}

/// White space, or white space and one NUL: how PEM text may end.
bool isPemEnd(std::string_view text)
{
    if (text.ends_with('\0')) text.remove_suffix(1);
    return withoutLeadingSpace(text).empty();
}

/// The base64 body between two PEM lines, white space dropped.
Result<Bytes> decodePemBody(std::string_view body)
{
    std::string text(body);
    std::erase_if(text, [](char c) { return isSpace(c); });
    return parseBase64(text);
}

/// The PEM block with these markers at the begin of `text`; `text` is moved behind it.
Result<Bytes> takePemBlock(std::string_view& text, std::string_view begin, std::string_view end)
{
    text = withoutLeadingSpace(text);
    if (!text.starts_with(begin)) return fail(ErrorKind::Malformed, "PEM text has something else than its blocks");
    const std::size_t bodyStart = begin.size();
    const std::size_t stop = text.find(end, bodyStart);
    if (stop == std::string_view::npos) return fail(ErrorKind::Malformed, "PEM block has no end line");
    const std::string_view body = text.substr(bodyStart, stop - bodyStart);
    text.remove_prefix(stop + end.size());
    return decodePemBody(body);
}

std::string nameText(const X509_NAME* name)
{
    const openssl::BioPtr memory(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(std::max(length, 0L))};
}

/// The one attribute `nid` of the name, or empty when it is absent, occurs twice or holds a NUL.
std::string nameEntry(const X509_NAME* name, int nid)
{
    const int index = X509_NAME_get_index_by_NID(name, nid, -1);
    if (index < 0 || X509_NAME_get_index_by_NID(name, nid, index) >= 0) return {};
    unsigned char* utf8 = nullptr;
    const int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
    if (length < 0) {
        ERR_clear_error();
        return {};
    }
    std::string out(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(length));
    OPENSSL_free(utf8);
    return out.find('\0') == std::string::npos ? out : std::string();
}

Result<UtcSeconds> timeOf(const ASN1_TIME* time)
{
    std::tm tm = {};
    if (time == nullptr || ASN1_TIME_to_tm(time, &tm) != 1) {
        ERR_clear_error();
        return fail(ErrorKind::Malformed, "time cannot be read");
    }
    const std::chrono::year_month_day date(std::chrono::year(tm.tm_year + 1900),
                                           std::chrono::month(static_cast<unsigned>(tm.tm_mon + 1)),
                                           std::chrono::day(static_cast<unsigned>(tm.tm_mday)));
    return UtcSeconds(std::chrono::sys_days(date) + std::chrono::hours(tm.tm_hour) + std::chrono::minutes(tm.tm_min) +
                      std::chrono::seconds(tm.tm_sec));
}

/// What is signed keeps its bytes; what stands around it must be as OpenSSL would write it, so that one certificate has
/// one writing.
template <typename T>
bool isCanonical(const T* object, int (*encode)(const T*, unsigned char**), const Bytes& der)
{
    unsigned char* again = nullptr;
    const int length = encode(object, &again);
    const bool same = length > 0 && std::equal(der.begin(), der.end(), again, again + length);
    OPENSSL_free(again);
    return same;
}

/// `next` is where reading ended. Null when these bytes are no certificate.
X509* readX509(BytesView der, const unsigned char*& next)
{
    const auto length = static_cast<long>(der.size());
    X509* out = X509_new_ex(openssl::contextWithoutDecoders(), nullptr);
    next = der.data();
    if (d2i_X509(&out, &next, length) != nullptr) return out;
    X509_free(out);
    // A release of OpenSSL may want more of a library context than ours gives; its own default has everything.
    next = der.data();
    return d2i_X509(nullptr, &next, length);
}

Bytes serialBytes(const ASN1_INTEGER* serial)
{
    const auto* data = ASN1_STRING_get0_data(serial);
    Bytes out(data, data + ASN1_STRING_length(serial));
    while (out.size() > 1 && out.front() == 0) out.erase(out.begin());
    return out;
}

}  // namespace

Result<Certificate> Certificate::fromDer(BytesView der)
{
    if (der.empty() || der.size() > kMaxCertificateBytes) {
        return fail(ErrorKind::Malformed, "certificate is " + std::to_string(der.size()) + " bytes, want 1 to " +
                                              std::to_string(kMaxCertificateBytes));
    }
    const unsigned char* next = nullptr;
    X509* handle = readX509(der, next);
    if (handle == nullptr) return fail(ErrorKind::Malformed, "certificate cannot be read: " + openssl::lastError());
    Certificate out;
    out.m_handle = {handle, X509_free};
    if (next != der.data() + der.size()) return fail(ErrorKind::Malformed, "certificate has bytes after its end");
    out.m_der = toBytes(der);
    if (!isCanonical(handle, i2d_X509, out.m_der)) return fail(ErrorKind::Malformed, "certificate is not in DER");
    // The accessors below return plain values, so everything they need is proven readable here.
    TRY_ASSIGN(publicKey, openssl::readPublicKey(X509_get_X509_PUBKEY(handle)));
    out.m_publicKey = std::move(publicKey);
    out.m_fingerprint = sha256(out.m_der);
    out.m_commonName = nameEntry(X509_get_subject_name(handle), NID_commonName);
    out.m_isCa = openssl::isCaCertificate(handle);
    TRY(timeOf(X509_get0_notBefore(handle)));
    TRY(timeOf(X509_get0_notAfter(handle)));
    ERR_clear_error();
    return out;
}

Result<Certificate> Certificate::fromPem(std::string_view pem)
{
    TRY_ASSIGN(chain, chainFromPem(pem, 1));
    return std::move(chain.front());
}

Result<std::vector<Bytes>> Certificate::blocksFromPem(std::string_view pem, std::size_t maxCount)
{
    if (pem.size() > kMaxPemBytes) return fail(ErrorKind::Malformed, "PEM text is longer than 1 MiB");
    std::vector<Bytes> out;
    while (!isPemEnd(pem)) {
        TRY_ASSIGN(block, takePemBlock(pem, kBeginCertificate, kEndCertificate));
        if (out.size() == maxCount) {
            return fail(ErrorKind::Malformed, "PEM text holds more than " + std::to_string(maxCount) + " certificates");
        }
        out.push_back(std::move(block));
    }
    if (out.empty()) return fail(ErrorKind::Malformed, "PEM text holds no certificate");
    return out;
}

Result<std::vector<Certificate>> Certificate::chainFromPem(std::string_view pem, std::size_t maxCount)
{
    TRY_ASSIGN(blocks, blocksFromPem(pem, maxCount));
    std::vector<Certificate> out;
    for (const Bytes& block : blocks) {
        TRY_ASSIGN(certificate, fromDer(block));
        out.push_back(std::move(certificate));
    }
    return out;
}

std::string Certificate::toPem() const
{
    const std::string body = toBase64(m_der);
    std::string out(kBeginCertificate);
    for (std::size_t i = 0; i < body.size(); i += 64) out.append("\n").append(body, i, 64);
    return out.append("\n").append(kEndCertificate).append("\n");
}

std::string Certificate::subjectOrganisation() const
{
    return nameEntry(X509_get_subject_name(m_handle.get()), NID_organizationName);
}

std::string Certificate::subjectOrganisationalUnit() const
{
    return nameEntry(X509_get_subject_name(m_handle.get()), NID_organizationalUnitName);
}

std::string Certificate::issuerCommonName() const
{
    return nameEntry(X509_get_issuer_name(m_handle.get()), NID_commonName);
}

std::string Certificate::subject() const { return nameText(X509_get_subject_name(m_handle.get())); }
std::string Certificate::issuer() const { return nameText(X509_get_issuer_name(m_handle.get())); }
Bytes Certificate::serial() const { return serialBytes(X509_get0_serialNumber(m_handle.get())); }
UtcSeconds Certificate::notBefore() const { return *timeOf(X509_get0_notBefore(m_handle.get())); }
UtcSeconds Certificate::notAfter() const { return *timeOf(X509_get0_notAfter(m_handle.get())); }

bool Certificate::issuerEquals(const Certificate& issuer) const
{
    return X509_NAME_cmp(X509_get_issuer_name(m_handle.get()), X509_get_subject_name(issuer.m_handle.get())) == 0;
}

Result<std::optional<Bytes>> Certificate::extension(const std::string& dottedOid) const
{
    const std::unique_ptr<ASN1_OBJECT, openssl::Deleter<ASN1_OBJECT_free>> oid(OBJ_txt2obj(dottedOid.c_str(), 1));
    if (!oid) return fail(ErrorKind::Internal, "not an object identifier: " + dottedOid);
    const int index = X509_get_ext_by_OBJ(m_handle.get(), oid.get(), -1);
    if (index < 0) return std::optional<Bytes>();
    if (X509_get_ext_by_OBJ(m_handle.get(), oid.get(), index) >= 0) {
        return fail(ErrorKind::Malformed, "certificate has the extension " + dottedOid + " twice");
    }
    const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(X509_get_ext(m_handle.get(), index));
    const auto* data = ASN1_STRING_get0_data(value);
    return std::optional<Bytes>(Bytes(data, data + ASN1_STRING_length(value)));
}

std::vector<std::string> Certificate::extensionOids() const
{
    std::vector<std::string> out;
    for (int i = 0; i < X509_get_ext_count(m_handle.get()); ++i) {
        char text[128] = {};
        OBJ_obj2txt(text, sizeof text, X509_EXTENSION_get_object(X509_get_ext(m_handle.get(), i)), 1);
        out.emplace_back(text);
    }
    return out;
}

Result<void> Certificate::verifySignedBy(const Certificate& issuer) const
{
    if (!openssl::extensionsAreUnderstood(m_handle.get())) {
        return fail(ErrorKind::Untrusted, "certificate of \"" + subject() + "\" has an extension that is critical and " +
                                              "unknown, cannot be read or stands there twice");
    }
    if (!issuerEquals(issuer)) {
        return fail(ErrorKind::Untrusted,
                    "issuer is \"" + this->issuer() + "\", want \"" + issuer.subject() + "\"");
    }
    const ASN1_BIT_STRING* signature = nullptr;
    const X509_ALGOR* algorithm = nullptr;
    X509_get0_signature(&signature, &algorithm, m_handle.get());
    const auto verified = openssl::verifySignedDer(m_der, algorithm, signature, issuer.publicKey());
    if (!verified) return fail(verified.error().kind, verified.error().message + ": issuer \"" + issuer.subject() + "\"");
    return {};
}

Result<void> Certificate::verifyValidAt(UtcSeconds time) const
{
    if (time < notBefore() || time > notAfter()) {
        return fail(ErrorKind::Untrusted, std::string("\"") + subjectCommonName() + "\" is valid from " +
                                              formatRfc3339(notBefore()) + " to " + formatRfc3339(notAfter()) +
                                              ", want " + formatRfc3339(time));
    }
    return {};
}

Result<CertificateRevocationList> CertificateRevocationList::parse(BytesView derOrPem)
{
    if (derOrPem.empty() || derOrPem.size() > kMaxCrlBytes) {
        return fail(ErrorKind::Malformed, "CRL is " + std::to_string(derOrPem.size()) + " bytes, want 1 to " +
                                              std::to_string(kMaxCrlBytes));
    }
    Bytes der = toBytes(derOrPem);
    std::string_view text = asText(derOrPem);
    if (withoutLeadingSpace(text).starts_with(kBeginCrl)) {
        TRY_ASSIGN(block, takePemBlock(text, kBeginCrl, kEndCrl));
        if (!isPemEnd(text)) return fail(ErrorKind::Malformed, "PEM text has something behind its CRL");
        der = std::move(block);
    }
    const unsigned char* next = der.data();
    X509_CRL* handle = d2i_X509_CRL(nullptr, &next, static_cast<long>(der.size()));
    if (handle == nullptr) return fail(ErrorKind::Malformed, "CRL cannot be read: " + openssl::lastError());
    CertificateRevocationList out;
    out.m_handle = {handle, X509_CRL_free};
    const auto left = static_cast<std::size_t>(der.data() + der.size() - next);
    if (left > 1 || (left == 1 && *next != 0)) return fail(ErrorKind::Malformed, "CRL has bytes after its end");
    der.resize(der.size() - left);
    out.m_der = std::move(der);
    if (!isCanonical(handle, i2d_X509_CRL, out.m_der)) return fail(ErrorKind::Malformed, "CRL is not in DER");
    TRY(timeOf(X509_CRL_get0_lastUpdate(handle)));
    if (X509_CRL_get0_nextUpdate(handle) != nullptr) TRY(timeOf(X509_CRL_get0_nextUpdate(handle)));
    ERR_clear_error();
    return out;
}

bool CertificateRevocationList::issuerEquals(const Certificate& issuer) const
{
    return X509_NAME_cmp(X509_CRL_get_issuer(m_handle.get()), X509_get_subject_name(issuer.handle())) == 0;
}

Result<void> CertificateRevocationList::verifySignedBy(const Certificate& issuer) const
{
    if (!issuerEquals(issuer)) {
        return fail(ErrorKind::Untrusted, "CRL issuer is \"" + nameText(X509_CRL_get_issuer(m_handle.get())) +
                                              "\", want \"" + issuer.subject() + "\"");
    }
    if (!openssl::mayBeUsedFor(issuer.handle(), openssl::kCrlSign)) {
        return fail(ErrorKind::Untrusted, "key usage of \"" + issuer.subject() + "\" does not name CRLs");
    }
    if (X509_CRL_get_ext_by_critical(m_handle.get(), 1, -1) >= 0) {
        return fail(ErrorKind::Untrusted, "CRL has a critical extension");
    }
    const ASN1_BIT_STRING* signature = nullptr;
    const X509_ALGOR* algorithm = nullptr;
    X509_CRL_get0_signature(m_handle.get(), &signature, &algorithm);
    const auto verified = openssl::verifySignedDer(m_der, algorithm, signature, issuer.publicKey());
    if (!verified) return fail(verified.error().kind, "CRL: " + verified.error().message + ": issuer \"" + issuer.subject() + "\"");
    return {};
}

UtcSeconds CertificateRevocationList::thisUpdate() const { return *timeOf(X509_CRL_get0_lastUpdate(m_handle.get())); }

std::optional<UtcSeconds> CertificateRevocationList::nextUpdate() const
{
    const ASN1_TIME* time = X509_CRL_get0_nextUpdate(m_handle.get());
    if (time == nullptr) return std::nullopt;
    return *timeOf(time);
}

bool CertificateRevocationList::revokes(const Certificate& certificate) const
{
    X509_REVOKED* entry = nullptr;
    // 2 is "removeFromCRL", which only a delta CRL may say; anything but "not listed" counts as revoked.
    return X509_CRL_get0_by_serial(m_handle.get(), &entry, X509_get0_serialNumber(certificate.handle())) != 0;
}

bool CertificateRevocationList::hasExtension(const std::string& dottedOid) const
{
    const std::unique_ptr<ASN1_OBJECT, openssl::Deleter<ASN1_OBJECT_free>> oid(OBJ_txt2obj(dottedOid.c_str(), 1));
    return oid && X509_CRL_get_ext_by_OBJ(m_handle.get(), oid.get(), -1) >= 0;
}

bool CertificateRevocationList::hasCriticalExtension() const
{
    return X509_CRL_get_ext_by_critical(m_handle.get(), 1, -1) >= 0;
}

std::size_t CertificateRevocationList::entryCount() const
{
    const int count = sk_X509_REVOKED_num(X509_CRL_get_REVOKED(m_handle.get()));
    return count < 0 ? 0 : static_cast<std::size_t>(count);
}

}  // namespace quorate
