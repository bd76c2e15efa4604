// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include <openssl/x509v3.h>

#include "core/crypto/identity.h"
#include "tests/support/pkcs12.h"
#include "tests/support/random.h"

using namespace quorate;

namespace {

const UtcSeconds kNow = parseRfc3339("2026-11-21T09:00:00Z").value();

study::Member reviewer()
{
    study::Member member;
    member.id.bytes.fill(0x11);
    member.name = "Site reviewer, Zurich";
    member.organisation = "University Hospital Zurich";
    member.role = study::Role::SiteReviewer;
    member.site.bytes.fill(0x22);
    return member;
}

ConsortiumAuthority authority() { return ConsortiumAuthority::create("HEART consortium", kNow, systemRandom()).value(); }

/// As a TLS stack reads it.
std::shared_ptr<X509> opened(const Certificate& certificate)
{
    const unsigned char* next = certificate.der().data();
    return {d2i_X509(nullptr, &next, static_cast<long>(certificate.der().size())), X509_free};
}

/// What a TLS stack asks: does this leaf lead to this root, for this purpose, at this time?
bool chainsTo(const Certificate& leaf, const Certificate& root, int purpose, UtcSeconds at)
{
    X509_STORE* store = X509_STORE_new();
    const auto openedRoot = opened(root);
    const auto openedLeaf = opened(leaf);
    X509_STORE_add_cert(store, openedRoot.get());
    X509_STORE_CTX* context = X509_STORE_CTX_new();
    X509_STORE_CTX_init(context, store, openedLeaf.get(), nullptr);
    X509_STORE_CTX_set_purpose(context, purpose);
    X509_STORE_CTX_set_time(context, 0, at.time_since_epoch().count());
    const bool ok = X509_verify_cert(context) == 1;
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return ok;
}

}  // namespace

TEST_CASE("a member's certificate names id, organisation and role, and leads to the root as a client's")
{
    const ConsortiumAuthority root = authority();
    const Identity identity = root.issueIdentity(reviewer(), false, kNow, systemRandom()).value();
    const Certificate& certificate = identity.certificate;
    CHECK(certificate.subjectCommonName() == "11111111111111111111111111111111");
    CHECK(certificate.subjectOrganisation() == "University Hospital Zurich");
    CHECK(certificate.subjectOrganisationalUnit() == "site-reviewer");
    CHECK(certificate.publicKey() == identity.signer->publicKey());
    CHECK(identity.member.signingKeySpki == identity.signer->publicKey().spki());
    CHECK_FALSE(certificate.isCa());
    CHECK(root.certificate().isCa());
    CHECK(certificate.verifySignedBy(root.certificate()));
    CHECK(chainsTo(certificate, root.certificate(), X509_PURPOSE_SSL_CLIENT, kNow));
    CHECK_FALSE(chainsTo(certificate, root.certificate(), X509_PURPOSE_SSL_SERVER, kNow));
    CHECK_FALSE(chainsTo(certificate, authority().certificate(), X509_PURPOSE_SSL_CLIENT, kNow));
}

TEST_CASE("certificates are valid from a little before now, members' for a year and the root's for ten")
{
    const ConsortiumAuthority root = authority();
    const Identity identity = root.issueIdentity(reviewer(), false, kNow, systemRandom()).value();
    CHECK(chainsTo(identity.certificate, root.certificate(), X509_PURPOSE_SSL_CLIENT, kNow - std::chrono::minutes(4)));
    CHECK_FALSE(chainsTo(identity.certificate, root.certificate(), X509_PURPOSE_SSL_CLIENT, kNow - std::chrono::minutes(6)));
    CHECK(identity.certificate.notAfter() == kNow + std::chrono::days(365));
    CHECK(root.certificate().notAfter() == kNow + std::chrono::days(3650));
}

TEST_CASE("two certificates never share a serial number")
{
    const ConsortiumAuthority root = authority();
    const Identity first = root.issueIdentity(reviewer(), false, kNow, systemRandom()).value();
    const Identity second = root.issueIdentity(reviewer(), false, kNow, systemRandom()).value();
    CHECK(first.certificate.serial() != second.certificate.serial());
    CHECK(first.certificate.serial().size() == 17);
}

TEST_CASE("only holders of a share have an HPKE key")
{
    const ConsortiumAuthority root = authority();
    const Identity without = root.issueIdentity(reviewer(), false, kNow, systemRandom()).value();
    CHECK_FALSE(without.hpke);
    CHECK(without.member.hpkeKey.isZero());
    const Identity with = root.issueIdentity(reviewer(), true, kNow, systemRandom()).value();
    REQUIRE(with.hpke);
    CHECK(with.member.hpkeKey == with.hpke->publicKey());
}

TEST_CASE("an identity comes back from storage, and mixed parts are refused")
{
    const ConsortiumAuthority root = authority();
    const Identity one = root.issueIdentity(reviewer(), true, kNow, systemRandom()).value();
    const Identity two = root.issueIdentity(reviewer(), true, kNow, systemRandom()).value();
    const auto restored = Identity::restore(one.member, one.tlsKey->toPkcs8().expose(), one.hpke->exposeRaw(),
                                            one.certificate.der());
    REQUIRE(restored);
    CHECK(restored->member == one.member);
    CHECK(restored->signer->publicKey() == one.signer->publicKey());
    const auto attempt = [&](const Identity& signs, const Identity& sealing, const Identity& certified) {
        const auto result = Identity::restore(one.member, signs.tlsKey->toPkcs8().expose(), sealing.hpke->exposeRaw(),
                                              certified.certificate.der());
        return result ? Error{} : result.error();
    };
    CHECK(attempt(two, one, one) == Error{ErrorKind::Untrusted, "signing key is not the one of the roster's entry"});
    CHECK(attempt(one, two, one) == Error{ErrorKind::Untrusted, "HPKE key is not the one of the roster's entry"});
    CHECK(attempt(one, one, two) == Error{ErrorKind::Untrusted, "certificate is not for this member and key"});
    CHECK_FALSE(Identity::restore(one.member, one.tlsKey->toPkcs8().expose(), {}, one.certificate.der()));
}

TEST_CASE("the root comes back from storage with its own certificate only")
{
    const ConsortiumAuthority root = authority();
    const ConsortiumAuthority other = authority();
    const SecretBytes key = root.rootKey().toPkcs8();
    const auto restored = ConsortiumAuthority::restore(key.expose(), root.certificate().der());
    REQUIRE(restored);
    CHECK(restored->rootKey().publicKey() == root.rootKey().publicKey());
    CHECK(ConsortiumAuthority::restore(key.expose(), other.certificate().der()).error().message ==
          "root certificate is not for this key");
    const Identity member = root.issueIdentity(reviewer(), false, kNow, systemRandom()).value();
    CHECK(ConsortiumAuthority::restore(member.tlsKey->toPkcs8().expose(), member.certificate.der()).error().message ==
          "root certificate is not a CA's");
}

TEST_CASE("the root comes from a PKCS #12 file with its password only")
{
    const ConsortiumAuthority root = authority();
    const auto import = [](const Bytes& bytes, const char* password) {
        return ConsortiumAuthority::importPkcs12(bytes, SecretBytes::copyOf(asBytes(password)));
    };
    const Bytes good = tests::pkcs12Of(root, "a long password");
    REQUIRE(import(good, "a long password"));
    CHECK(import(good, "a long password")->rootKey().publicKey() == root.rootKey().publicKey());
    CHECK(import(good, "another").error() == Error{ErrorKind::Untrusted, "the password of the PKCS #12 file is wrong, or the file was changed"});
    CHECK(import(tests::pkcs12Of(root, "p", -1), "p").error().message == "PKCS #12 file has no MAC");
    for (std::size_t length = 0; length < good.size(); length += 50) {
        CHECK_FALSE(import(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)), "a long password"));
    }
    Bytes longer = good;
    longer.push_back(0);
    CHECK(import(longer, "a long password").error().message == "not a PKCS #12 file");
    CHECK_FALSE(import(Bytes(65537), ""));
}

TEST_CASE("nothing is certified without an id, an organisation and a P-256 key")
{
    const ConsortiumAuthority root = authority();
    study::Member member = reviewer();
    member.organisation = "";
    CHECK(root.issueIdentity(member, false, kNow, systemRandom()).error().message == "organisation is 0 bytes, want 1 to 64");
    member.organisation = std::string(65, 'x');
    CHECK(root.issueIdentity(member, false, kNow, systemRandom()).error().kind == ErrorKind::Malformed);
    member = reviewer();
    member.id = {};
    CHECK(root.issueIdentity(member, false, kNow, systemRandom()).error().message == "member id is zero");
    const SigningKey p384 = SigningKey::generate(EcCurve::P384).value();
    member = reviewer();
    member.signingKeySpki = p384.publicKey().spki();
    CHECK(root.certify(member, kNow, systemRandom()).error().message == "member key is not on P-256");
    CHECK_FALSE(root.issueIdentity(reviewer(), false, kNow, tests::failingRandom()));
    CHECK_FALSE(ConsortiumAuthority::create("", kNow, systemRandom()));
}

TEST_CASE("the service's leaf is self-signed, for a server, with the service's DNS name")
{
    const TlsIdentity service = TlsIdentity::createForService(kNow, systemRandom()).value();
    CHECK(service.certificate.publicKey() == service.key.publicKey());
    CHECK(service.certificate.verifySignedBy(service.certificate));
    CHECK(X509_check_host(opened(service.certificate).get(), "quorate-service", 0, 0, nullptr) == 1);
    CHECK(X509_check_host(opened(service.certificate).get(), "localhost", 0, 0, nullptr) == 0);
    CHECK(X509_check_purpose(opened(service.certificate).get(), X509_PURPOSE_SSL_SERVER, 0) == 1);
    CHECK(X509_check_purpose(opened(service.certificate).get(), X509_PURPOSE_SSL_CLIENT, 0) == 0);
    CHECK_FALSE(service.certificate.isCa());
}
