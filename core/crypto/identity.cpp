// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/identity.h"

#include "core/base/byte_reader.h"
#include "core/crypto/certificate_builder.h"

namespace quorate {
namespace {

constexpr std::chrono::days kRootValidity{3650};
constexpr std::chrono::days kLeafValidity{365};
/// Another computer's clock may be a little behind the issuer's.
constexpr std::chrono::minutes kClockSkew{5};
constexpr std::size_t kMaxNameBytes = 64;  // Upper bound of O and CN, RFC 5280 appendix A.1.
constexpr const char* kExtendedKeyUsage = "2.5.29.37";

enum class TlsUse : std::uint8_t { Server = 1, Client = 2 };  // Last arc of id-kp-serverAuth and -clientAuth.

CertificateSpec::Extension extendedKeyUsage(TlsUse use)
{
    const auto arc = static_cast<std::uint8_t>(use);
    return {kExtendedKeyUsage, {0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, arc}};
}

/// 128 random bits behind a fixed first byte: positive, never zero, 17 of the 20 bytes that RFC 5280 section 4.1.2.2 allows.
Result<Bytes> randomSerial(const RandomSource& random)
{
    TRY_ASSIGN(bytes, randomFixed<16>(random));
    return ByteWriter().u8(0x01).raw(bytes.view()).take();
}

CertificateSpec specFor(UtcSeconds now, std::chrono::days validity, Bytes serial)
{
    CertificateSpec spec;
    spec.serial = SerialNumber(std::move(serial));
    spec.notBefore = now - kClockSkew;
    spec.notAfter = now + validity;
    return spec;
}

Result<void> checkName(const char* what, const std::string& name)
{
    if (!name.empty() && name.size() <= kMaxNameBytes) return {};
    return fail(ErrorKind::Malformed, std::string(what) + " is " + std::to_string(name.size()) + " bytes, want 1 to 64");
}

Result<Identity> assemble(study::Member member, std::shared_ptr<const Signer> signer, std::shared_ptr<const SigningKey> tlsKey,
                          BytesView hpkeKey, BytesView certificateDer)
{
    TRY_ASSIGN(certificate, Certificate::fromDer(certificateDer));
    std::optional<hpke::PrivateKey> hpke;
    if (!hpkeKey.empty()) {
        TRY_ASSIGN(key, hpke::PrivateKey::fromRaw(hpkeKey));
        hpke = std::move(key);
    }
    if (member.signingKeySpki != signer->publicKey().spki()) {
        return fail(ErrorKind::Untrusted, "signing key is not the one of the roster's entry");
    }
    if (member.tlsSpki() != tlsKey->publicKey().spki()) {
        return fail(ErrorKind::Untrusted, "TLS key is not the one of the roster's entry");
    }
    if (!(certificate.publicKey() == tlsKey->publicKey()) || certificate.subjectCommonName() != toHex(member.id)) {
        return fail(ErrorKind::Untrusted, "certificate is not for this member and key");
    }
    if (member.hpkeKey != (hpke ? hpke->publicKey() : Digest32{})) {
        return fail(ErrorKind::Untrusted, "HPKE key is not the one of the roster's entry");
    }
    return Identity{std::move(member), std::move(signer), std::move(tlsKey), std::move(hpke), std::move(certificate)};
}

}  // namespace

Result<Identity> Identity::restore(study::Member member, BytesView signingKeyPkcs8, BytesView hpkeKey,
                                   BytesView certificateDer)
{
    TRY_ASSIGN(signing, SigningKey::fromPkcs8(signingKeyPkcs8));
    auto key = std::make_shared<const SigningKey>(std::move(signing));
    return assemble(std::move(member), key, key, hpkeKey, certificateDer);
}

Result<Identity> Identity::restoreWithToken(study::Member member, std::shared_ptr<const Signer> signer, BytesView tlsKeyPkcs8,
                                            BytesView hpkeKey, BytesView certificateDer)
{
    TRY_ASSIGN(tls, SigningKey::fromPkcs8(tlsKeyPkcs8));
    return assemble(std::move(member), std::move(signer), std::make_shared<const SigningKey>(std::move(tls)), hpkeKey, certificateDer);
}

Result<ConsortiumAuthority> ConsortiumAuthority::create(const std::string& consortium, UtcSeconds now,
                                                        const RandomSource& random)
{
    TRY(checkName("consortium", consortium));
    TRY_ASSIGN(key, SigningKey::generate(EcCurve::P256));
    TRY_ASSIGN(serial, randomSerial(random));
    CertificateSpec spec = specFor(now, kRootValidity, std::move(serial));
    spec.commonName = "Consortium root";
    spec.organisation = consortium;
    spec.isCa = true;
    TRY_ASSIGN(certificate, issueCertificate(spec, key.handle(), IssuerKey::fromEc(key), nullptr));
    return ConsortiumAuthority(std::move(key), std::move(certificate));
}

Result<ConsortiumAuthority> ConsortiumAuthority::restore(BytesView rootKeyPkcs8, BytesView certificateDer)
{
    TRY_ASSIGN(key, SigningKey::fromPkcs8(rootKeyPkcs8));
    TRY_ASSIGN(certificate, Certificate::fromDer(certificateDer));
    if (!(certificate.publicKey() == key.publicKey())) {
        return fail(ErrorKind::Untrusted, "root certificate is not for this key");
    }
    if (key.curve() != EcCurve::P256) return fail(ErrorKind::Malformed, "root key is not on P-256");
    if (!certificate.isCa()) return fail(ErrorKind::Untrusted, "root certificate is not a CA's");
    TRY(certificate.verifySignedBy(certificate));
    return ConsortiumAuthority(std::move(key), std::move(certificate));
}

Result<Identity> ConsortiumAuthority::issueIdentity(study::Member member, bool holdsShare, UtcSeconds now,
                                                    const RandomSource& random) const
{
    TRY_ASSIGN(signing, SigningKey::generate(EcCurve::P256));
    std::optional<hpke::PrivateKey> hpke;
    if (holdsShare) {
        TRY_ASSIGN(key, hpke::PrivateKey::generate(random));
        hpke = std::move(key);
    }
    member.signingKeySpki = signing.publicKey().spki();
    member.hpkeKey = hpke ? hpke->publicKey() : Digest32{};
    TRY_ASSIGN(certificate, certify(member, now, random));
    auto key = std::make_shared<const SigningKey>(std::move(signing));
    return Identity{std::move(member), key, key, std::move(hpke), std::move(certificate)};
}

Result<Certificate> ConsortiumAuthority::certify(const study::Member& member, UtcSeconds now, const RandomSource& random) const
{
    TRY(checkName("organisation", member.organisation));
    if (member.id.isZero()) return fail(ErrorKind::Malformed, "member id is zero");
    TRY_ASSIGN(key, PublicKey::fromSpki(member.tlsSpki()));
    if (!key.isEc(EcCurve::P256)) return fail(ErrorKind::Malformed, "member key is not on P-256");
    TRY_ASSIGN(serial, randomSerial(random));
    CertificateSpec spec = specFor(now, kLeafValidity, std::move(serial));
    spec.commonName = toHex(member.id);
    spec.organisation = member.organisation;
    spec.organisationalUnit = study::nameOf(member.role);
    spec.extensions.push_back(extendedKeyUsage(TlsUse::Client));
    return issueCertificate(spec, key.handle(), IssuerKey::fromEc(m_key), &m_certificate);
}

Result<TlsIdentity> TlsIdentity::createForService(UtcSeconds now, const RandomSource& random)
{
    TRY_ASSIGN(key, SigningKey::generate(EcCurve::P256));
    TRY_ASSIGN(serial, randomSerial(random));
    CertificateSpec spec = specFor(now, kLeafValidity, std::move(serial));
    spec.commonName = kServiceDnsName;
    spec.dnsNames = {kServiceDnsName};
    spec.extensions.push_back(extendedKeyUsage(TlsUse::Server));
    TRY_ASSIGN(certificate, issueCertificate(spec, key.handle(), IssuerKey::fromEc(key), nullptr));
    return TlsIdentity{std::move(key), std::move(certificate)};
}

}  // namespace quorate
