// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <openssl/x509v3.h>

#include "core/crypto/certificate_builder.h"
#include "core/crypto/openssl_handles.h"

using namespace quorate;

namespace {

const UtcSeconds kStart = *parseRfc3339("2026-01-01T00:00:00Z");
const UtcSeconds kEnd = *parseRfc3339("2055-01-01T00:00:00Z");
const UtcSeconds kNow = *parseRfc3339("2026-11-21T00:00:00Z");

struct Authority {
    SigningKey key = std::move(*SigningKey::generate(EcCurve::P256));
    IssuerKey issuer = IssuerKey::fromEc(key);
    Certificate certificate;

    explicit Authority(const std::string& name = "Consortium CA")
    {
        CertificateSpec spec;
        spec.commonName = name;
        spec.organisation = "Consortium";
        spec.notBefore = kStart;
        spec.notAfter = kEnd;
        spec.isCa = true;
        certificate = std::move(*issueCertificate(spec, key.handle(), issuer, nullptr));
    }

    /// A certificate with these extensions and no other.
    Certificate with(std::vector<CertificateSpec::Extension> extensions) const
    {
        CertificateSpec spec;
        spec.commonName = "leaf";
        spec.notBefore = kStart;
        spec.notAfter = kEnd;
        spec.plain = true;
        spec.extensions = std::move(extensions);
        return std::move(*issueCertificate(spec, key.handle(), issuer, &certificate));
    }

    Certificate leaf(std::uint64_t serial = 300, bool plain = false) const
    {
        const SigningKey leafKey = std::move(*SigningKey::generate(EcCurve::P384));
        CertificateSpec spec;
        spec.commonName = "leaf";
        spec.organisationalUnit = "site-node";
        spec.serial = serial;
        spec.notBefore = kStart;
        spec.notAfter = kEnd;
        spec.plain = plain;
        if (!plain) spec.dnsNames = {"localhost", "a,DNS:b.example"};
        spec.extensions = {{"1.3.6.1.4.1.3704.1.4", Bytes{0x02, 0x04, 0xff}}};
        return std::move(*issueCertificate(spec, leafKey.handle(), issuer, &certificate));
    }
};

}  // namespace

TEST_CASE("a leaf says what its specification said")
{
    const Authority authority;
    const Certificate leaf = authority.leaf();
    CHECK(leaf.subjectCommonName() == "leaf");
    CHECK(leaf.subjectOrganisationalUnit() == "site-node");
    CHECK(leaf.issuerCommonName() == "Consortium CA");
    CHECK(leaf.issuer() == "CN=Consortium CA,O=Consortium");
    CHECK(leaf.serial() == Bytes{0x01, 0x2c});
    CHECK(leaf.notBefore() == kStart);
    CHECK(leaf.notAfter() == kEnd);
    CHECK_FALSE(leaf.isCa());
    CHECK(authority.certificate.isCa());
    CHECK(leaf.publicKey().isEc(EcCurve::P384));
    CHECK(leaf.extension("1.3.6.1.4.1.3704.1.4").value() == Bytes{0x02, 0x04, 0xff});
    CHECK_FALSE(leaf.extension("1.3.6.1.4.1.3704.1.5").value().has_value());
    CHECK(leaf.extension("2.5.29.17").value().has_value());
}

TEST_CASE("a certificate is trusted only under its issuer's key and name")
{
    const Authority authority;
    const Authority sameName;
    const Authority otherName("Other CA");
    const Certificate leaf = authority.leaf();
    CHECK(leaf.verifySignedBy(authority.certificate));
    CHECK(authority.certificate.verifySignedBy(authority.certificate));
    CHECK(leaf.verifySignedBy(sameName.certificate).error().kind == ErrorKind::Untrusted);
    CHECK(leaf.verifySignedBy(otherName.certificate).error().kind == ErrorKind::Untrusted);
}

TEST_CASE("no changed byte of a certificate verifies")
{
    const Authority authority;
    const Certificate leaf = authority.leaf();
    for (std::size_t i = 0; i < leaf.der().size(); ++i) {
        Bytes changed = leaf.der();
        changed[i] ^= 0x01;
        const auto parsed = Certificate::fromDer(changed);
        CHECK_MESSAGE((!parsed || !parsed->verifySignedBy(authority.certificate)), "byte " << i);
    }
    for (std::size_t length = 0; length < leaf.der().size(); length += 7) {
        CHECK_FALSE(Certificate::fromDer(BytesView(leaf.der()).first(length)));
    }
    Bytes longer = leaf.der();
    longer.push_back(0);
    CHECK_FALSE(Certificate::fromDer(longer));
}

TEST_CASE("a plain certificate has only the extensions it was given")
{
    const Authority authority;
    const Certificate vek = authority.leaf(0, true);
    CHECK(vek.serial() == Bytes{0});
    CHECK_FALSE(vek.extension("2.5.29.19").value().has_value());
    CHECK_FALSE(vek.extension("2.5.29.35").value().has_value());
    CHECK(vek.verifySignedBy(authority.certificate));
}

TEST_CASE("an extension that nobody understands does not pass")
{
    const Authority authority;
    const Bytes anything{0x02, 0x01, 0x01};
    const Bytes digitalSignature{0x03, 0x02, 0x07, 0x80};
    const std::string keyUsage = "2.5.29.15";
    const std::string unknown = "1.3.6.1.4.1.3704.1.4";
    const auto verifies = [&](std::vector<CertificateSpec::Extension> extensions) {
        return authority.with(std::move(extensions)).verifySignedBy(authority.certificate).has_value();
    };
    CHECK(verifies({{unknown, anything}, {keyUsage, digitalSignature, true}}));
    CHECK_FALSE(verifies({{unknown, anything, true}}));
    CHECK_FALSE(verifies({{keyUsage, anything}}));
    CHECK_FALSE(verifies({{"2.5.29.19", anything}}));
    CHECK_FALSE(verifies({{unknown, anything}, {unknown, anything}}));
    CHECK_FALSE(verifies({{keyUsage, digitalSignature, true}, {unknown, anything}, {keyUsage, digitalSignature, true}}));
}

TEST_CASE("validity is inclusive at both ends and ends there")
{
    const Authority authority;
    CHECK(authority.certificate.verifyValidAt(kNow));
    CHECK(authority.certificate.verifyValidAt(kStart));
    CHECK(authority.certificate.verifyValidAt(kEnd));
    CHECK(authority.certificate.verifyValidAt(kStart - std::chrono::seconds(1)).error().kind == ErrorKind::Untrusted);
    CHECK(authority.certificate.verifyValidAt(kEnd + std::chrono::seconds(1)).error().kind == ErrorKind::Untrusted);
}

TEST_CASE("PEM text gives the same certificates back, in order, with a NUL at its end")
{
    const Authority authority;
    const Certificate leaf = authority.leaf();
    std::string text = leaf.toPem() + authority.certificate.toPem();
    text.push_back('\0');
    const auto chain = Certificate::chainFromPem(text);
    REQUIRE(chain);
    REQUIRE(chain->size() == 2);
    CHECK((*chain)[0] == leaf);
    CHECK((*chain)[1] == authority.certificate);
    CHECK_FALSE(Certificate::fromPem(text));
    CHECK_FALSE(Certificate::chainFromPem(""));
    CHECK_FALSE(Certificate::chainFromPem("-----BEGIN CERTIFICATE-----\nAAAA"));
    std::string many;
    for (int i = 0; i < 9; ++i) many += leaf.toPem();
    CHECK_FALSE(Certificate::chainFromPem(many));
    for (const char* between : {"", "\n\r\n\t "}) {
        CHECK(Certificate::chainFromPem(leaf.toPem() + between + leaf.toPem() + between)->size() == 2);
    }
    for (const char* other : {"x", "subject=CN\n", "\v"}) {
        CHECK_FALSE(Certificate::chainFromPem(other + leaf.toPem()));
        CHECK_FALSE(Certificate::chainFromPem(leaf.toPem() + other + leaf.toPem()));
        CHECK_FALSE(Certificate::chainFromPem(leaf.toPem() + other));
    }
}

TEST_CASE("RSA issuers sign with PSS, SHA-384 and salt 48, and nothing weaker passes")
{
    const IssuerKey key = std::move(*IssuerKey::generateRsa(3072));
    const IssuerKey reopened = std::move(*IssuerKey::fromPkcs8(key.toPkcs8().expose()));
    CertificateSpec spec;
    spec.commonName = "ARK";
    spec.notBefore = kStart;
    spec.notAfter = kEnd;
    spec.isCa = true;
    const Certificate root = std::move(*issueCertificate(spec, key.handle(), reopened, nullptr));
    CHECK(root.verifySignedBy(root));
    const IssuerKey small = std::move(*IssuerKey::generateRsa(2048));
    const Certificate weak = std::move(*issueCertificate(spec, small.handle(), small, nullptr));
    CHECK(weak.verifySignedBy(weak).error().kind == ErrorKind::Untrusted);
    const auto crl = CertificateRevocationList::parse(*issueCrl(root, key, kStart, kNow, {}));
    REQUIRE(crl);
    CHECK(crl->verifySignedBy(root));
    CHECK_FALSE(crl->verifySignedBy(weak));
}

TEST_CASE("a CRL lists serials, has a window and belongs to its issuer")
{
    const Authority authority;
    const Authority sameName;
    const Certificate revoked = authority.leaf(0xffee);
    const Certificate good = authority.leaf(2);
    Bytes der = *issueCrl(authority.certificate, authority.issuer, kStart, kNow, {revoked.serial()});
    der.push_back(0);
    const auto crl = CertificateRevocationList::parse(der);
    REQUIRE(crl);
    CHECK(crl->revokes(revoked));
    CHECK_FALSE(crl->revokes(good));
    CHECK(crl->entryCount() == 1);
    CHECK(crl->thisUpdate() == kStart);
    CHECK(crl->nextUpdate() == kNow);
    CHECK(crl->verifySignedBy(authority.certificate));
    CHECK(crl->verifySignedBy(sameName.certificate).error().kind == ErrorKind::Untrusted);
    der.push_back(0);
    CHECK_FALSE(CertificateRevocationList::parse(der));
    const std::string pem = "-----BEGIN X509 CRL-----\n" + toBase64(crl->der()) + "\n-----END X509 CRL-----\n";
    CHECK(CertificateRevocationList::parse(asBytes(pem)));
    CHECK_FALSE(CertificateRevocationList::parse(asBytes("x" + pem)));
    CHECK_FALSE(CertificateRevocationList::parse(asBytes(pem + "x")));
    CHECK(crl->hasExtension("2.5.29.20"));
    CHECK_FALSE(crl->hasExtension("2.5.29.27"));
    CHECK_FALSE(crl->hasCriticalExtension());
    CHECK_FALSE(CertificateRevocationList::parse({}));
}

TEST_CASE("a CRL that a critical extension narrows is refused")
{
    const Authority authority;
    const Bytes plain = *issueCrl(authority.certificate, authority.issuer, kStart, kNow, {});
    const unsigned char* next = plain.data();
    const openssl::X509CrlPtr crl(d2i_X509_CRL(nullptr, &next, static_cast<long>(plain.size())));
    ISSUING_DIST_POINT* scope = ISSUING_DIST_POINT_new();
    scope->onlyuser = 0xff;
    REQUIRE(X509_CRL_add1_ext_i2d(crl.get(), NID_issuing_distribution_point, scope, 1, 0) == 1);
    ISSUING_DIST_POINT_free(scope);
    REQUIRE(X509_CRL_sign(crl.get(), authority.key.handle(), EVP_sha256()) > 0);
    unsigned char* der = nullptr;
    const int length = i2d_X509_CRL(crl.get(), &der);
    const Bytes narrowed(der, der + length);
    OPENSSL_free(der);
    CHECK(CertificateRevocationList::parse(plain)->verifySignedBy(authority.certificate));
    CHECK(CertificateRevocationList::parse(narrowed)->verifySignedBy(authority.certificate).error().message ==
          "CRL has a critical extension");
}

TEST_CASE("lengths around the signed part have one writing")
{
    const Authority authority;
    const Bytes good = authority.certificate.der();
    REQUIRE(good[1] == 0x82);
    Bytes longer = good;
    longer[1] = 0x83;
    longer.insert(longer.begin() + 2, 0);
    CHECK(Certificate::fromDer(good));
    CHECK(Certificate::fromDer(longer).error().message == "certificate is not in DER");
}
