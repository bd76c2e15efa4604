// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "core/crypto/certificate.h"
#include "core/crypto/hpke.h"
#include "core/study/roster.h"

namespace quorate {

/// A member of the consortium who can act here: the roster's entry with the private keys that belong to it.
struct Identity {
    study::Member member;
    std::shared_ptr<const Signer> signer;      ///< P-256; signs objects. In memory or on a token.
    std::shared_ptr<const SigningKey> tlsKey;  ///< P-256; the TLS handshake. The signer itself when that is in memory.
    std::optional<hpke::PrivateKey> hpke;      ///< Of those who hold a share.
    Certificate certificate;                   ///< For TLS, over `tlsKey`, by the consortium's CA.

    /// From storage, with the signing key in memory. Untrusted when key, certificate and roster entry are not of one member.
    static Result<Identity> restore(study::Member member, BytesView signingKeyPkcs8, BytesView hpkeKey,
                                    BytesView certificateDer);
    /// The same with the signing key on a token; `tlsKeyPkcs8` is the key that the roster names for TLS.
    static Result<Identity> restoreWithToken(study::Member member, std::shared_ptr<const Signer> signer, BytesView tlsKeyPkcs8,
                                             BytesView hpkeKey, BytesView certificateDer);
};

/// The consortium's root: one key signs the roster and, as a CA, the members' TLS certificates.
class ConsortiumAuthority {
public:
    /// New root key, and a certificate for it that is valid for ten years.
    static Result<ConsortiumAuthority> create(const std::string& consortium, UtcSeconds now, const RandomSource& random);
    /// Untrusted when the certificate is not a CA's self-signed one over this key.
    static Result<ConsortiumAuthority> restore(BytesView rootKeyPkcs8, BytesView certificateDer);

    /// From a PKCS #12 file (RFC 7292) of at most 64 KiB with one key and its certificate. Untrusted when the password is wrong
    /// or the file has no MAC to check it by; Malformed for another file or more than 10,000,000 iterations.
    static Result<ConsortiumAuthority> importPkcs12(BytesView file, const SecretBytes& password);

    [[nodiscard]] const SigningKey& rootKey() const { return m_key; }
    [[nodiscard]] const Certificate& certificate() const { return m_certificate; }

    /// Makes the member's keys and certificate. `member` names id, person, organisation, role and site; its key fields
    /// are filled in, `hpkeKey` only when `holdsShare`.
    [[nodiscard]] Result<Identity> issueIdentity(study::Member member, bool holdsShare, UtcSeconds now,
                                                 const RandomSource& random) const;
    /// Client certificate over the member's TLS key, one year: CN = member id in hex, O = organisation, OU = role name
    /// (docs/formats/identities.md).
    [[nodiscard]] Result<Certificate> certify(const study::Member& member, UtcSeconds now, const RandomSource& random) const;

private:
    ConsortiumAuthority(SigningKey key, Certificate certificate)
        : m_key(std::move(key)), m_certificate(std::move(certificate))
    {
    }

    SigningKey m_key;
    Certificate m_certificate;
};

/// DNS name in the aggregation service's certificate. It identifies nothing: evidence binds the key.
inline constexpr const char* kServiceDnsName = "quorate-service";

/// The aggregation service's own TLS key, made where it runs, with a self-signed leaf that is valid for a year.
struct TlsIdentity {
    SigningKey key;
    Certificate certificate;

    static Result<TlsIdentity> createForService(UtcSeconds now, const RandomSource& random);
};

}  // namespace quorate
