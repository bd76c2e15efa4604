// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/byte_reader.h"
#include "core/crypto/certificate.h"

namespace quorate {

/// Of a certificate: not negative, at most 20 bytes (RFC 5280 section 4.1.2.2).
struct SerialNumber {
    Bytes bigEndian;

    SerialNumber(std::uint64_t value) : bigEndian(ByteWriter().u64be(value).take()) {}
    explicit SerialNumber(Bytes bytes) : bigEndian(std::move(bytes)) {}
};

/// What a new certificate shall say. Used for the consortium's CA, TLS leaves and the demo's vendor hierarchies.
struct CertificateSpec {
    std::string commonName;
    std::string organisation;        ///< Left out when empty.
    std::string organisationalUnit;  ///< Left out when empty; the consortium puts the role here.
    SerialNumber serial = 1;
    UtcSeconds notBefore;
    UtcSeconds notAfter;
    bool isCa = false;
    bool plain = false;  ///< No standard extensions at all, as AMD's VEKs.
    std::vector<std::string> dnsNames;
    struct Extension {
        std::string oid;
        Bytes value;  ///< Content of the OCTET STRING.
        bool critical = false;
    };
    std::vector<Extension> extensions;
};

/// Key that signs certificates and CRLs: EC (ECDSA) or RSA (RSASSA-PSS, SHA-384, salt 48).
class IssuerKey {
public:
    static IssuerKey fromEc(const SigningKey& key);
    /// RSA-4096 takes seconds to make.
    static Result<IssuerKey> generateRsa(int bits);
    static Result<IssuerKey> fromPkcs8(BytesView der);
    [[nodiscard]] SecretBytes toPkcs8() const;
    [[nodiscard]] evp_pkey_st* handle() const { return m_key.get(); }

private:
    std::shared_ptr<evp_pkey_st> m_key;
};

/// `issuer` null: self-signed. `subjectKey` is the certified public key.
Result<Certificate> issueCertificate(const CertificateSpec& spec, const evp_pkey_st* subjectKey, const IssuerKey& issuerKey,
                                     const Certificate* issuer);
/// DER CRL with CRL number 1 and AKI.
Result<Bytes> issueCrl(const Certificate& issuer, const IssuerKey& issuerKey, UtcSeconds thisUpdate, UtcSeconds nextUpdate,
                       const std::vector<Bytes>& revokedSerials);

}  // namespace quorate
