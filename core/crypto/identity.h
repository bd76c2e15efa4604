// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/crypto/certificate.h"
#include "core/crypto/hpke.h"
#include "core/study/roster.h"

namespace quorate {

/// A member of the consortium who can act here: the roster's entry with the private keys that belong to it.
struct Identity {
    study::Member member;
    SigningKey signing;                    ///< P-256; signs objects and the TLS handshake.
    std::optional<hpke::PrivateKey> hpke;  ///< Of those who hold a share.
    Certificate certificate;               ///< For TLS, by the consortium's CA.

    /// From storage. Untrusted when key, certificate and roster entry are not of one member.
    static Result<Identity> restore(study::Member member, BytesView signingKeyPkcs8, BytesView hpkeKey,
                                    BytesView certificateDer);
};

/// The consortium's root: one key signs the roster and, as a CA, the members' TLS certificates.
class ConsortiumAuthority {
public:
    /// New root key, and a certificate for it that is valid for ten years.
    static Result<ConsortiumAuthority> create(const std::string& consortium, UtcSeconds now, const RandomSource& random);
    /// Untrusted when the certificate is not a CA's self-signed one over this key.
    static Result<ConsortiumAuthority> restore(BytesView rootKeyPkcs8, BytesView certificateDer);

    [[nodiscard]] const SigningKey& rootKey() const { return m_key; }
    [[nodiscard]] const Certificate& certificate() const { return m_certificate; }

    /// Makes the member's keys and certificate. `member` names id, person, organisation, role and site; its key fields
    /// are filled in, `hpkeKey` only when `holdsShare`.
    [[nodiscard]] Result<Identity> issueIdentity(study::Member member, bool holdsShare, UtcSeconds now,
                                                 const RandomSource& random) const;
    /// Client certificate, one year: CN = member id in hex, O = organisation, OU = role name.
    [[nodiscard]] Result<Certificate> certify(const study::Member& member, const PublicKey& key, UtcSeconds now,
                                              const RandomSource& random) const;

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
