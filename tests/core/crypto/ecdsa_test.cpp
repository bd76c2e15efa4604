// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/crypto/ecdsa.h"
#include "tests/support/shared_vectors.h"

using namespace quorate;
using nlohmann::json;

namespace {

Bytes hex(const json& object, const char* name) { return parseHex(object.at(name).get<std::string>()).value(); }

void checkWycheproof(const std::string& name, EcCurve curve, bool isRaw)
{
    const auto path = tests::sharedVector("wycheproof/" + name);
    if (!path) return;
    int accepted = 0;
    int refused = 0;
    const json file = json::parse(tests::readText(*path));
    for (const json& group : file.at("testGroups")) {
        const auto key = PublicKey::fromSpki(hex(group, "publicKeyDer"));
        REQUIRE(key);
        for (const json& entry : group.at("tests")) {
            CAPTURE(entry.at("tcId").get<int>());
            const Bytes message = hex(entry, "msg");
            const Bytes signature = hex(entry, "sig");
            const auto verified = isRaw ? key->verifyRaw(curve, message, signature) : key->verifyDer(curve, message, signature);
            CHECK(verified.has_value() == (entry.at("result") == "valid"));
            ++(verified ? accepted : refused);
        }
    }
    CHECK(accepted > 100);
    CHECK(refused > 50);
}

}  // namespace

TEST_CASE("Wycheproof ECDSA P-256 with SHA-256, DER and raw")
{
    checkWycheproof("ecdsa_secp256r1_sha256_test.json", EcCurve::P256, false);
    checkWycheproof("ecdsa_secp256r1_sha256_p1363_test.json", EcCurve::P256, true);
}

TEST_CASE("Wycheproof ECDSA P-384 with SHA-384, DER and raw")
{
    checkWycheproof("ecdsa_secp384r1_sha384_test.json", EcCurve::P384, false);
    checkWycheproof("ecdsa_secp384r1_sha384_p1363_test.json", EcCurve::P384, true);
}

TEST_CASE("Wycheproof RSASSA-PSS with SHA-384 and salt 48")
{
    const auto path = tests::sharedVector("wycheproof/rsa_pss_4096_sha384_mgf1_48_test.json");
    if (!path) return;
    int accepted = 0;
    int refused = 0;
    const json file = json::parse(tests::readText(*path));
    for (const json& group : file.at("testGroups")) {
        const auto key = PublicKey::fromSpki(hex(group, "publicKeyDer"));
        REQUIRE(key);
        CHECK(key->rsaBits() == 4096);
        for (const json& entry : group.at("tests")) {
            CAPTURE(entry.at("tcId").get<int>());
            const auto verified = key->verifyPss(hex(entry, "msg"), hex(entry, "sig"));
            CHECK(verified.has_value() == (entry.at("result") == "valid"));
            ++(verified ? accepted : refused);
        }
    }
    CHECK(accepted > 50);
    CHECK(refused > 20);
}

TEST_CASE("a signature verifies in both forms, and on its own curve and key only")
{
    for (const EcCurve curve : {EcCurve::P256, EcCurve::P384}) {
        const SigningKey key = SigningKey::generate(curve).value();
        const Bytes message = toBytes("message");
        const Bytes der = key.signDer(message).value();
        const Bytes raw = key.signRaw(message).value();
        CHECK(raw.size() == (curve == EcCurve::P256 ? 64 : 96));
        CHECK(key.publicKey().verifyDer(curve, message, der));
        CHECK(key.publicKey().verifyRaw(curve, message, raw));
        CHECK_FALSE(key.publicKey().verifyDer(curve, asBytes("massage"), der));
        const EcCurve otherCurve = curve == EcCurve::P256 ? EcCurve::P384 : EcCurve::P256;
        CHECK(key.publicKey().verifyDer(otherCurve, message, der).error().kind == ErrorKind::Untrusted);
        CHECK(key.publicKey().rsaBits() == 0);
        CHECK(key.publicKey().verifyPss(message, der).error().message == "key is not RSA");
        CHECK_FALSE(SigningKey::generate(curve)->publicKey().verifyDer(curve, message, der));
    }
}

TEST_CASE("a private key survives PKCS #8, and other text is refused")
{
    const SigningKey key = SigningKey::generate(EcCurve::P256).value();
    const auto back = SigningKey::fromPkcs8(key.toPkcs8().expose());
    REQUIRE(back);
    CHECK(back->publicKey() == key.publicKey());
    CHECK_FALSE(SigningKey::fromPkcs8(asBytes("not a key")));
    CHECK_FALSE(SigningKey::fromPkcs8({}));
}

TEST_CASE("a raw point is refused when its length or its curve is wrong")
{
    const SigningKey key = SigningKey::generate(EcCurve::P256).value();
    Bytes point = key.publicKey().rawPoint().value();
    CHECK(PublicKey::fromRawPoint(EcCurve::P256, point)->spki() == key.publicKey().spki());
    CHECK(PublicKey::fromRawPoint(EcCurve::P384, point).error().message == "public key is 64 bytes, want 96");
    point[63] ^= 0x01;
    CHECK(PublicKey::fromRawPoint(EcCurve::P256, point).error().kind == ErrorKind::Malformed);
}

TEST_CASE("a key from its raw point has the encoding that OpenSSL gives the same key")
{
    for (const EcCurve curve : {EcCurve::P256, EcCurve::P384}) {
        const auto key = SigningKey::generate(curve);
        REQUIRE(key);
        const auto point = key->publicKey().rawPoint();
        REQUIRE(point);
        const auto again = PublicKey::fromRawPoint(curve, *point);
        REQUIRE(again);
        CHECK(again->spki() == key->publicKey().spki());
    }
}

TEST_CASE("a public key with bytes after its end is refused")
{
    Bytes spki = SigningKey::generate(EcCurve::P256)->publicKey().spki();
    spki.push_back(0);
    CHECK(PublicKey::fromSpki(spki).error().message == "public key has bytes after its end");
}
