// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/clock.h"
#include "core/crypto/ecdsa.h"

struct x509_st;
struct X509_crl_st;

namespace quorate {

/// One X.509 certificate, kept as received.
class Certificate {
public:
    static Result<Certificate> fromDer(BytesView der);
    static Result<Certificate> fromPem(std::string_view pem);
    /// PEM blocks in file order with nothing but white space between them; a trailing NUL is tolerated. At most
    /// `maxCount`.
    static Result<std::vector<Certificate>> chainFromPem(std::string_view pem, std::size_t maxCount = 8);
    /// What those blocks hold, not yet read as certificates.
    static Result<std::vector<Bytes>> blocksFromPem(std::string_view pem, std::size_t maxCount = 8);

    [[nodiscard]] const Bytes& der() const { return m_der; }
    [[nodiscard]] std::string toPem() const;
    [[nodiscard]] const Digest32& sha256Fingerprint() const { return m_fingerprint; }
    [[nodiscard]] const PublicKey& publicKey() const { return m_publicKey; }
    [[nodiscard]] const std::string& subjectCommonName() const { return m_commonName; }
    [[nodiscard]] std::string subjectOrganisation() const;
    [[nodiscard]] std::string subjectOrganisationalUnit() const;
    [[nodiscard]] std::string issuerCommonName() const;
    [[nodiscard]] std::string subject() const;  ///< RFC 2253 text, for display.
    [[nodiscard]] std::string issuer() const;
    [[nodiscard]] Bytes serial() const;  ///< Big endian, no sign byte.
    [[nodiscard]] UtcSeconds notBefore() const;
    [[nodiscard]] UtcSeconds notAfter() const;
    [[nodiscard]] bool isCa() const { return m_isCa; }  ///< By basic constraints and key usage.
    [[nodiscard]] bool issuerEquals(const Certificate& issuer) const;  ///< issuer DN == its subject DN.
    /// Raw content of the extension's OCTET STRING; empty optional when absent, Malformed when it occurs twice.
    [[nodiscard]] Result<std::optional<Bytes>> extension(const std::string& dottedOid) const;
    [[nodiscard]] std::vector<std::string> extensionOids() const;  ///< Dotted, in the certificate's order.
    /// Issuer DN and signature by `issuer`'s key; no critical extension that nobody here understands. The algorithm must be ECDSA with the hash of the key's curve or
    /// RSASSA-PSS with SHA-384 and salt 48; anything else is Untrusted.
    [[nodiscard]] Result<void> verifySignedBy(const Certificate& issuer) const;
    /// Untrusted outside notBefore..notAfter.
    [[nodiscard]] Result<void> verifyValidAt(UtcSeconds time) const;
    [[nodiscard]] x509_st* handle() const { return m_handle.get(); }
    bool operator==(const Certificate& other) const { return m_der == other.m_der; }

private:
    std::shared_ptr<x509_st> m_handle;
    Bytes m_der;
    Digest32 m_fingerprint;
    std::string m_commonName;
    bool m_isCa = false;
    PublicKey m_publicKey;  ///< Decoding a key costs as much as a signature check.
};

/// One certificate revocation list, kept as received (DER, one trailing NUL tolerated; PEM accepted).
class CertificateRevocationList {
public:
    static Result<CertificateRevocationList> parse(BytesView derOrPem);

    [[nodiscard]] const Bytes& der() const { return m_der; }
    [[nodiscard]] bool issuerEquals(const Certificate& issuer) const;
    /// As for a certificate; the issuer's key usage must name CRLs, and a critical extension, which would narrow what
    /// the list covers (RFC 5280 section 5.2), is refused.
    [[nodiscard]] Result<void> verifySignedBy(const Certificate& issuer) const;
    [[nodiscard]] UtcSeconds thisUpdate() const;
    [[nodiscard]] std::optional<UtcSeconds> nextUpdate() const;
    [[nodiscard]] bool revokes(const Certificate& certificate) const;  ///< By serial number.
    [[nodiscard]] std::size_t entryCount() const;
    [[nodiscard]] bool hasExtension(const std::string& dottedOid) const;
    /// Critical extensions change what a list covers: delta lists, indirect lists (RFC 5280 section 5.2).
    [[nodiscard]] bool hasCriticalExtension() const;

private:
    std::shared_ptr<X509_crl_st> m_handle;
    Bytes m_der;
};

}  // namespace quorate
