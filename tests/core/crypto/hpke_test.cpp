// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"
#include "core/crypto/hpke_internal.h"
#include "tests/support/random.h"
#include "tests/support/shared_vectors.h"

using namespace quorate;
using nlohmann::json;

namespace {

Bytes hex(const std::string& text) { return parseHex(text).value(); }
Bytes hex(const json& object, const char* name) { return hex(object.at(name).get<std::string>()); }
Digest32 hex32(const std::string& text) { return parseHexFixed<32>(text).value(); }

Bytes nonceFor(BytesView baseNonce, std::uint64_t sequence)
{
    Bytes nonce = toBytes(baseNonce);
    for (std::size_t i = 0; i < 8; ++i) nonce[nonce.size() - 1 - i] ^= static_cast<std::uint8_t>(sequence >> (8 * i));
    return nonce;
}

bool isOurSuite(const json& record)
{
    return record.at("mode") == 0 && record.at("kem_id") == 0x20 && record.at("kdf_id") == 1 && record.at("aead_id") == 2;
}

void checkSchedule(const json& record, const hpke::internal::KeySchedule& schedule)
{
    CHECK(toHex(schedule.context) == record.at("key_schedule_context"));
    CHECK(toHex(schedule.secret.expose()) == record.at("secret"));
    CHECK(toHex(schedule.key().expose()) == record.at("key"));
    CHECK(toHex(schedule.baseNonce().expose()) == record.at("base_nonce"));
    const SecretBytes exporter = hpke::internal::labeledExpand(schedule.secret, "exp", schedule.context, 32);
    CHECK(toHex(exporter.expose()) == record.at("exporter_secret"));
    for (const json& entry : record.at("exports")) {
        const SecretBytes value = hpke::internal::labeledExpand(exporter, "sec", hex(entry, "exporter_context"), entry.at("L"));
        CHECK(toHex(value.expose()) == entry.at("exported_value"));
    }
}

/// The names of the two sources differ: pt/ct and plaintext/ciphertext; one counts, the other lists in order.
void checkEncryptions(const json& record, const hpke::PrivateKey& skE, const hpke::PrivateKey& skR,
                      const hpke::internal::KeySchedule& schedule)
{
    const Bytes info = hex(record, "info");
    std::uint64_t position = 0;
    for (const json& entry : record.at("encryptions")) {
        const bool isShort = entry.contains("pt");
        const Bytes plaintext = hex(entry, isShort ? "pt" : "plaintext");
        const Bytes ciphertext = hex(entry, isShort ? "ct" : "ciphertext");
        const Bytes aad = hex(entry, "aad");
        const std::uint64_t sequence = entry.value("seq", position++);
        const Bytes nonce = nonceFor(schedule.baseNonce().expose(), sequence);
        CHECK(toHex(nonce) == entry.at("nonce"));
        CHECK(sealAes256Gcm(schedule.key().expose(), nonce, aad, plaintext).value() == ciphertext);
        if (sequence != 0) continue;
        const Bytes sealed = ByteWriter().raw(hex(record, "enc")).raw(ciphertext).take();
        CHECK(hpke::internal::sealWith(skE, skR.publicKey(), info, aad, plaintext).value() == sealed);
        CHECK(hpke::open(skR, info, aad, sealed).value().equals(plaintext));
    }
}

void checkRecord(const json& record)
{
    const hpke::PrivateKey skE = hpke::PrivateKey::fromRaw(hex(record, "skEm")).value();
    const hpke::PrivateKey skR = hpke::PrivateKey::fromRaw(hex(record, "skRm")).value();
    CHECK(toHex(skE.publicKey()) == record.at("pkEm"));
    CHECK(toHex(skR.publicKey()) == record.at("pkRm"));
    const SecretBytes shared = hpke::internal::encapsulate(skE, skR.publicKey()).value();
    CHECK(toHex(shared.expose()) == record.at("shared_secret"));
    CHECK(hpke::internal::decapsulate(skR, skE.publicKey()).value().equals(shared.expose()));
    const auto schedule = hpke::internal::scheduleBase(shared, hex(record, "info"));
    checkSchedule(record, schedule);
    checkEncryptions(record, skE, skR, schedule);
}

int checkFile(const std::string& name)
{
    const auto path = tests::sharedVector("hpke/" + name);
    if (!path) return 0;
    int checked = 0;
    for (const json& record : json::parse(tests::readText(*path))) {
        if (!isOurSuite(record)) continue;
        checkRecord(record);
        ++checked;
    }
    CHECK(checked > 0);
    return checked;
}

/// SHAKE128 as a reader (of the empty message) and as a 16-byte sum.
Bytes shake128(BytesView message, std::size_t sizeBytes)
{
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    Bytes out(sizeBytes);
    EVP_DigestInit_ex(context, EVP_shake128(), nullptr);
    EVP_DigestUpdate(context, message.data(), message.size());
    EVP_DigestFinalXOF(context, out.data(), out.size());
    EVP_MD_CTX_free(context);
    return out;
}

}  // namespace

TEST_CASE("the published vectors of the suite hold step by step")
{
    checkFile("rfc9180_x25519_sha256_base_expanded.json");
    checkFile("cfrg_779d028_x25519_p256_sha256_all_modes.json");
}

TEST_CASE("a thousand accumulated ciphertexts and exports match their digest")
{
    const auto path = tests::sharedVector("hpke/rfc9180_x25519_sha256_accumulated.json");
    if (!path) return;
    for (const json& record : json::parse(tests::readText(*path))) {
        if (!isOurSuite(record)) continue;
        const hpke::PrivateKey skR = hpke::PrivateKey::fromRaw(hex(record, "skRm")).value();
        const SecretBytes shared = hpke::internal::decapsulate(skR, hex32(record.at("enc"))).value();
        const auto schedule = hpke::internal::scheduleBase(shared, hex(record, "info"));
        const SecretBytes exporter = hpke::internal::labeledExpand(schedule.secret, "exp", schedule.context, 32);
        const Bytes inputs = shake128({}, std::size_t{1} << 20);
        std::size_t at = 0;
        const auto draw = [&] {
            const std::size_t length = inputs.at(at++);
            const BytesView view = BytesView(inputs).subspan(at, length);
            at += length;
            return view;
        };
        Bytes ciphertexts;
        for (std::uint64_t sequence = 0; sequence < 1000; ++sequence) {
            const BytesView aad = draw();
            const BytesView plaintext = draw();
            const Bytes nonce = nonceFor(schedule.baseNonce().expose(), sequence);
            const Bytes sealed = sealAes256Gcm(schedule.key().expose(), nonce, aad, plaintext).value();
            ciphertexts.insert(ciphertexts.end(), sealed.begin(), sealed.end());
        }
        CHECK(toHex(shake128(ciphertexts, 16)) == record.at("encryptions_accumulated"));
        at = 0;
        Bytes exports;
        for (std::size_t length = 0; length < 1000; ++length) {
            const SecretBytes value = hpke::internal::labeledExpand(exporter, "sec", draw(), length);
            exports.insert(exports.end(), value.expose().begin(), value.expose().end());
        }
        CHECK(toHex(shake128(exports, 16)) == record.at("exports_accumulated"));
    }
}

TEST_CASE("a vector of our own holds without any file")
{
    // Keys are SHA-256 of the words "recipient" and "ephemeral"; the sealed text was computed by an independent script.
    const auto skR = hpke::PrivateKey::fromRaw(sha256(asBytes("recipient")).view()).value();
    const auto skE = hpke::PrivateKey::fromRaw(sha256(asBytes("ephemeral")).view()).value();
    const Bytes sealed =
        hpke::internal::sealWith(skE, skR.publicKey(), asBytes("info"), asBytes("aad"), asBytes("a share")).value();
    CHECK(toHex(sealed) == "e29d7521911498b837ed692d12a81587898e0ac3f6208eac1069bca82fb6b633ea3d8d9fcaf2a44a2ce06b5d42d862d371555cba096c5a");
    CHECK(asText(hpke::open(skR, asBytes("info"), asBytes("aad"), sealed).value().expose()) == "a share");
}

TEST_CASE("sealed text opens only with its own key, info and aad, and only unchanged")
{
    const auto skR = hpke::PrivateKey::generate(tests::fixedRandom(1)).value();
    const auto other = hpke::PrivateKey::generate(tests::fixedRandom(2)).value();
    const Bytes sealed = hpke::seal(skR.publicKey(), asBytes("i"), asBytes("a"), asBytes("text"), systemRandom()).value();
    REQUIRE(sealed.size() == 32 + 4 + 16);
    CHECK(hpke::open(skR, asBytes("i"), asBytes("a"), sealed));
    CHECK(hpke::open(other, asBytes("i"), asBytes("a"), sealed).error().kind == ErrorKind::Untrusted);
    CHECK(hpke::open(skR, asBytes("j"), asBytes("a"), sealed).error().kind == ErrorKind::Untrusted);
    CHECK(hpke::open(skR, asBytes("i"), asBytes("b"), sealed).error().kind == ErrorKind::Untrusted);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Bytes flipped = sealed;
        flipped[i] ^= 0x01;
        CHECK_FALSE(hpke::open(skR, asBytes("i"), asBytes("a"), flipped));
        const auto truncated = hpke::open(skR, asBytes("i"), asBytes("a"), BytesView(sealed).first(i));
        CHECK(truncated.error().kind == (i < 48 ? ErrorKind::Malformed : ErrorKind::Untrusted));
    }
}

TEST_CASE("two seals of one text differ")
{
    const auto skR = hpke::PrivateKey::generate(systemRandom()).value();
    const auto once = hpke::seal(skR.publicKey(), {}, {}, asBytes("text"), systemRandom()).value();
    CHECK(once != hpke::seal(skR.publicKey(), {}, {}, asBytes("text"), systemRandom()).value());
}

TEST_CASE("nothing is sealed to a low-order point")
{
    const std::array<const char*, 7> lowOrder = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
    for (const char* point : lowOrder) {
        CAPTURE(point);
        const auto sealed = hpke::seal(hex32(point), {}, {}, asBytes("share"), systemRandom());
        REQUIRE_FALSE(sealed);
        CHECK(sealed.error() == Error{ErrorKind::Untrusted, "X25519 public key is a low-order point"});
    }
}

TEST_CASE("a private key is 32 bytes and needs randomness")
{
    CHECK(hpke::PrivateKey::fromRaw(Bytes(31)).error().message == "X25519 private key is 31 bytes, want 32");
    CHECK(hpke::PrivateKey::fromRaw(Bytes(33)).error().kind == ErrorKind::Malformed);
    CHECK(hpke::PrivateKey::generate(tests::failingRandom()).error().message == "no randomness");
    CHECK_FALSE(hpke::seal(sha256({}), {}, {}, {}, tests::failingRandom()));
}

TEST_CASE("Wycheproof X25519: agreed secrets match and every zero secret is refused")
{
    const auto path = tests::sharedVector("wycheproof/x25519_test.json");
    if (!path) return;
    int refused = 0;
    const json file = json::parse(tests::readText(*path));
    for (const json& group : file.at("testGroups")) {
        for (const json& entry : group.at("tests")) {
            CAPTURE(entry.at("tcId").get<int>());
            const auto secret = hpke::internal::diffieHellman(hex(entry, "private"), hex32(entry.at("public")));
            if (Digest32::from(hex(entry, "shared")).value().isZero()) {
                REQUIRE_FALSE(secret);
                CHECK(secret.error().kind == ErrorKind::Untrusted);
                ++refused;
            } else {
                REQUIRE(secret);
                CHECK(toHex(secret->expose()) == entry.at("shared"));
            }
        }
    }
    CHECK(refused > 20);
}
