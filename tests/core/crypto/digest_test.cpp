// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/crypto/digest.h"
#include "tests/support/shared_vectors.h"

using namespace quorate;
using nlohmann::json;

namespace {

Bytes hex(const json& object, const char* name) { return parseHex(object.at(name).get<std::string>()).value(); }

}  // namespace

TEST_CASE("digests of the empty text and of abc are FIPS 180's")
{
    CHECK(toHex(sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(toHex(sha256(asBytes("abc"))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(toHex(sha384(asBytes("abc"))).substr(0, 32) == "cb00753f45a35e8bb5a03d699ac65007");
    CHECK(toHex(sha512(asBytes("abc"))).substr(0, 32) == "ddaf35a193617abacc417349ae204131");
    CHECK(Sha256().update(asBytes("a")).update({}).update(asBytes("bc")).finish() == sha256(asBytes("abc")));
}

TEST_CASE("HMAC and HKDF hold on the examples of RFC 4231 and RFC 5869")
{
    CHECK(toHex(hmacSha256(asBytes("Jefe"), asBytes("what do ya want for nothing?"))) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    const auto okm = hkdfSha256(Bytes(22, 0x0b), {}, 42).value();  // Test case 3: no salt, no info.
    CHECK(toHex(okm.expose()) == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("AES-256-GCM is the cipher of its specification's test case 14 and refuses any change")
{
    const Bytes key(32);
    const Bytes nonce(12);
    const Bytes sealed = sealAes256Gcm(key, nonce, {}, Bytes(16)).value();
    CHECK(toHex(sealed) == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
    CHECK(openAes256Gcm(key, nonce, {}, sealed).value().equals(Bytes(16)));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Bytes flipped = sealed;
        flipped[i] ^= 0x40;
        CHECK(openAes256Gcm(key, nonce, {}, flipped).error().kind == ErrorKind::Untrusted);
        CHECK_FALSE(openAes256Gcm(key, nonce, {}, BytesView(sealed).first(i)));
    }
    CHECK_FALSE(openAes256Gcm(key, nonce, asBytes("aad"), sealed));
    CHECK_FALSE(sealAes256Gcm(Bytes(16), nonce, {}, {}));
    CHECK_FALSE(sealAes256Gcm(key, Bytes(8), {}, {}));
}

TEST_CASE("Wycheproof HKDF-SHA-256 without salt")
{
    const auto path = tests::sharedVector("wycheproof/hkdf_sha256_test.json");
    if (!path) return;
    int checked = 0;
    const json file = json::parse(tests::readText(*path));
    for (const json& group : file.at("testGroups")) {
        for (const json& entry : group.at("tests")) {
            const bool isValid = entry.at("result") == "valid";
            if (isValid && entry.at("salt") != "") continue;
            CAPTURE(entry.at("tcId").get<int>());
            const auto okm = hkdfSha256(hex(entry, "ikm"), hex(entry, "info"), entry.at("size"));
            REQUIRE(okm.has_value() == isValid);
            if (isValid) CHECK(okm->equals(hex(entry, "okm")));
            ++checked;
        }
    }
    CHECK(checked > 20);
}

TEST_CASE("Wycheproof AES-GCM with 256-bit keys")
{
    const auto path = tests::sharedVector("wycheproof/aes_gcm_test.json");
    if (!path) return;
    int checked = 0;
    const json file = json::parse(tests::readText(*path));
    for (const json& group : file.at("testGroups")) {
        if (group.at("keySize") != 256 || group.at("tagSize") != 128) continue;
        for (const json& entry : group.at("tests")) {
            CAPTURE(entry.at("tcId").get<int>());
            Bytes sealed = hex(entry, "ct");
            const Bytes tag = hex(entry, "tag");
            sealed.insert(sealed.end(), tag.begin(), tag.end());
            const bool isValid = entry.at("result") == "valid" && group.at("ivSize") == 96;
            const auto opened = openAes256Gcm(hex(entry, "key"), hex(entry, "iv"), hex(entry, "aad"), sealed);
            REQUIRE(opened.has_value() == isValid);
            if (!isValid) continue;
            CHECK(opened->equals(hex(entry, "msg")));
            CHECK(sealAes256Gcm(hex(entry, "key"), hex(entry, "iv"), hex(entry, "aad"), hex(entry, "msg")).value() == sealed);
            ++checked;
        }
    }
    CHECK(checked > 30);
}
