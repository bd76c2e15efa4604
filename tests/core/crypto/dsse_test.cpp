// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/crypto/digest.h"
#include "core/crypto/dsse.h"

using namespace quorate;

namespace {

/// Order of P-256, big endian.
const char* const kOrder = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/// n - s for a 32-byte s in 1..n-1.
Bytes minusFromOrder(BytesView s)
{
    Bytes out = parseHex(kOrder).value();
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
        const int difference = out[i] - s[i] - borrow;
        borrow = difference < 0 ? 1 : 0;
        out[i] = static_cast<std::uint8_t>(difference);
    }
    return out;
}

SigningKey newKey() { return SigningKey::generate(EcCurve::P256).value(); }
const std::string kKeyId(64, 'a');

std::string jsonWith(const std::string& payload, const std::string& signatures)
{
    return R"({"payload":")" + payload + R"(","payloadType":"t","signatures":)" + signatures + "}";
}
std::string oneSignature(const std::string& sig) { return R"([{"keyid":")" + kKeyId + R"(","sig":")" + sig + R"("}])"; }

}  // namespace

TEST_CASE("the pre-authentication encoding is the specification's example")
{
    const Bytes pae = dsse::preAuthenticationEncoding("http://example.com/HelloWorld", asBytes("hello world"));
    CHECK(asText(pae) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    CHECK(asText(dsse::preAuthenticationEncoding("", {})) == "DSSEv1 0  0 ");
}

TEST_CASE("a signed envelope verifies with its key and kind only")
{
    const SigningKey key = newKey();
    const auto envelope = dsse::sign("participation", asBytes("payload"), key).value();
    CHECK(envelope.payloadType == "application/vnd.quorate.participation.v1+protobuf");
    CHECK(envelope.payloadDigest() == sha256(asBytes("payload")));
    CHECK(envelope.signatures.at(0).keyId == toHex(key.publicKey().spkiSha256()));
    CHECK(dsse::verify(envelope, "participation", key.publicKey()));
    const auto otherKind = dsse::verify(envelope, "roster", key.publicKey());
    CHECK(otherKind.error() == Error{ErrorKind::Untrusted, "envelope is of type application/vnd.quorate.participation.v1+"
                                                           "protobuf, want application/vnd.quorate.roster.v1+protobuf"});
    const SigningKey other = newKey();
    CHECK(dsse::verify(envelope, "participation", other.publicKey()).error().message ==
          "envelope is not signed by key " + toHex(other.publicKey().spkiSha256()));
}

TEST_CASE("a flipped byte of payload, type or signature is refused")
{
    const SigningKey key = newKey();
    const auto envelope = dsse::sign("roster", asBytes("payload"), key).value();
    for (std::size_t i = 0; i < envelope.payload.size(); ++i) {
        auto changed = envelope;
        changed.payload[i] ^= 0x80;
        CHECK(dsse::verify(changed, "roster", key.publicKey()).error().kind == ErrorKind::Untrusted);
    }
    for (std::size_t i = 0; i < envelope.signatures[0].signature.size(); ++i) {
        auto changed = envelope;
        changed.signatures[0].signature[i] ^= 0x01;
        CHECK_FALSE(dsse::verify(changed, "roster", key.publicKey()));
    }
    auto retyped = envelope;
    retyped.payloadType = dsse::payloadTypeFor("rosters");
    CHECK_FALSE(dsse::verify(retyped, "rosters", key.publicKey()));
}

TEST_CASE("another's signature under my key id is refused")
{
    const SigningKey key = newKey();
    const SigningKey other = newKey();
    auto envelope = dsse::sign("roster", asBytes("payload"), other).value();
    envelope.signatures[0].keyId = toHex(key.publicKey().spkiSha256());
    CHECK_FALSE(dsse::verify(envelope, "roster", key.publicKey()));
    envelope.signatures.push_back(dsse::sign("roster", asBytes("payload"), key)->signatures[0]);
    CHECK(dsse::verify(envelope, "roster", key.publicKey()));
    envelope.signatures.clear();
    CHECK_FALSE(dsse::verify(envelope, "roster", key.publicKey()));
}

TEST_CASE("(r, n-s) verifies too, so an object's identity is its payload and never its signature")
{
    const SigningKey key = newKey();
    const auto envelope = dsse::sign("release-approval", asBytes("approve"), key).value();
    Bytes raw = ecdsaDerToRaw(envelope.signatures[0].signature, 32).value();
    const Bytes s = minusFromOrder(BytesView(raw).subspan(32));
    std::copy(s.begin(), s.end(), raw.begin() + 32);
    auto twin = envelope;
    twin.signatures[0].signature = ecdsaRawToDer(raw, 32).value();
    REQUIRE(twin.signatures[0].signature != envelope.signatures[0].signature);
    CHECK(dsse::verify(twin, "release-approval", key.publicKey()));
    CHECK(twin.payloadDigest() == envelope.payloadDigest());
}

TEST_CASE("only P-256 keys sign and verify")
{
    const SigningKey p384 = SigningKey::generate(EcCurve::P384).value();
    CHECK_FALSE(dsse::sign("roster", asBytes("payload"), p384));
    auto envelope = dsse::sign("roster", asBytes("payload"), newKey()).value();
    envelope.signatures[0].keyId = toHex(p384.publicKey().spkiSha256());
    CHECK_FALSE(dsse::verify(envelope, "roster", p384.publicKey()));
}

TEST_CASE("an envelope survives its JSON form")
{
    const SigningKey key = newKey();
    auto envelope = dsse::sign("roster", Bytes{0, 255, 1, 10}, key).value();
    envelope.signatures.push_back(dsse::sign("roster", envelope.payload, newKey())->signatures[0]);
    const auto back = dsse::fromJson(dsse::toJson(envelope)).value();
    CHECK(back == envelope);
    CHECK(dsse::verify(back, "roster", key.publicKey()));
}

TEST_CASE("JSON members that are not known are ignored, as the specification wants")
{
    const auto envelope = dsse::fromJson(R"({"extra":[{"payload":1}],"payload":"QUJD","payloadType":"t","signatures":)" +
                                         oneSignature("QQ==") + "}");
    REQUIRE(envelope);
    CHECK(asText(envelope->payload) == "ABC");
}

TEST_CASE("JSON that is not exactly an envelope is refused")
{
    const std::vector<std::string> refused = {
        "", "{", "[]", "null", "{}", jsonWith("QUJD", oneSignature("QQ==")) + "x",
        jsonWith("QUJD", oneSignature("QQ==")) + '\0', jsonWith("QUJD", oneSignature("QQ==")) + '\0' + "x",
        jsonWith("QUJ", oneSignature("QQ==")),                      // not a multiple of four
        jsonWith("QUI", oneSignature("QQ==")),                      // without its padding
        jsonWith("QUJ=", oneSignature("QQ==")),                     // stray bits under the padding
        jsonWith("QU-_", oneSignature("QQ==")),                     // URL-safe alphabet
        jsonWith("QUJD\\n", oneSignature("QQ==")),                  // white space
        jsonWith("QUJD", "[]"), jsonWith("QUJD", "{}"), jsonWith("QUJD", "[1]"),
        jsonWith("QUJD", oneSignature("")),                         // empty signature
        jsonWith("QUJD", R"([{"keyid":"short","sig":"QQ=="}])"),
        jsonWith("QUJD", R"([{"sig":"QQ=="}])"),
        jsonWith("QUJD", R"([{"keyid":")" + std::string(64, 'A') + R"(","sig":"QQ=="}])"),
        R"({"payload":"QUJD","payload":"QUJE","payloadType":"t","signatures":)" + oneSignature("QQ==") + "}",
        R"({"payload":"QUJD","payloadType":"t","signatures":[{"keyid":")" + kKeyId + R"(","sig":"QQ==","sig":"QQ=="}]})",
        R"({"payload":"QUJD","payloadType":"","signatures":)" + oneSignature("QQ==") + "}",
        R"({"payload":"QUJD","payloadType":")" + std::string(129, 't') + R"(","signatures":)" + oneSignature("QQ==") + "}",
        R"({"payload":3,"payloadType":"t","signatures":)" + oneSignature("QQ==") + "}",
        jsonWith("QUJD", oneSignature(toBase64(Bytes(257)))),
        std::string(100000, '['),
        "\xff\xfe"};
    for (const std::string& text : refused) {
        CAPTURE(text.substr(0, 200));
        const auto envelope = dsse::fromJson(text);
        REQUIRE_FALSE(envelope);
        CHECK(envelope.error().kind == ErrorKind::Malformed);
    }
    CHECK(dsse::fromJson(jsonWith("QUJD", oneSignature("QQ=="))));
}

TEST_CASE("JSON above two mebibytes or with more than sixteen signatures is refused")
{
    const std::string tooLong = jsonWith(toBase64(Bytes((std::size_t{2} << 20))), oneSignature("QQ=="));
    CHECK_FALSE(dsse::fromJson(tooLong));
    const std::string one = oneSignature("QQ==").substr(1, oneSignature("QQ==").size() - 2);
    std::string many = "[" + one;
    for (int i = 0; i < 16; ++i) many.append(",").append(one);
    CHECK(dsse::fromJson(jsonWith("QUJD", many + "]")).error().message == "envelope needs an array of 1 to 16 signatures");
}

TEST_CASE("A threshold counts different keys, each of which has a say and a signature that holds")
{
    std::vector<SigningKey> signing;
    std::vector<PublicKey> keys;
    for (int i = 0; i < 3; ++i) {
        signing.push_back(SigningKey::generate(EcCurve::P256).value());
        keys.push_back(signing.back().publicKey());
    }
    auto envelope = dsse::sign("model-statement", asBytes("payload"), signing[2]).value();
    CHECK(dsse::verifyThreshold(envelope, "model-statement", keys, 2).error().message == "envelope has 1 signatures that count, want 2");
    CHECK(dsse::addSignature(envelope, signing[2]).error().kind == ErrorKind::PolicyRefused);
    CHECK(dsse::addSignature(envelope, signing[0]));
    CHECK(dsse::verifyThreshold(envelope, "model-statement", keys, 2).value() == std::vector<std::size_t>{2, 0});
    CHECK_FALSE(dsse::verifyThreshold(envelope, "roster", keys, 2));
    CHECK_FALSE(dsse::verifyThreshold(envelope, "model-statement", keys, 0));
    CHECK_FALSE(dsse::verifyThreshold(envelope, "model-statement", keys, 3));
    // The same key again, as itself or as the other signature (r, n - s) would be: one person stays one.
    auto twice = envelope;
    twice.signatures.push_back(envelope.signatures.front());
    CHECK(dsse::verifyThreshold(twice, "model-statement", keys, 2).error().message.find("has signed twice") != std::string::npos);
    auto strangers = envelope;
    CHECK(dsse::addSignature(strangers, SigningKey::generate(EcCurve::P256).value()));
    CHECK(dsse::verifyThreshold(strangers, "model-statement", keys, 2).error().message.find("no say here") != std::string::npos);
    auto broken = envelope;
    broken.signatures[1].signature.back() ^= 1;
    CHECK_FALSE(dsse::verifyThreshold(broken, "model-statement", keys, 1));
    auto moved = envelope;
    moved.payload.push_back(0);
    CHECK_FALSE(dsse::verifyThreshold(moved, "model-statement", keys, 1));
    std::swap(envelope.signatures[0].keyId, envelope.signatures[1].keyId);
    CHECK_FALSE(dsse::verifyThreshold(envelope, "model-statement", keys, 2));
}
