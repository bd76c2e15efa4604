// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/self_test.h"

#include "core/crypto/digest.h"
#include "core/crypto/ecdsa.h"
#include "core/crypto/hpke.h"

namespace quorate {
namespace {

Bytes hex(std::string_view text) { return parseHex(text).value_or(Bytes{}); }

bool sha256Answer()
{
    return toHex(sha256(asBytes("abc"))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
}

bool sha384Answer()
{
    return toHex(sha384(asBytes("abc"))) == "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                                            "8086072ba1e7cc2358baeca134c825a7";
}

bool sha512Answer()
{
    return toHex(sha512(asBytes("abc"))) == "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                                            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
}

bool hmacAnswer()
{
    return toHex(hmacSha256(asBytes("Jefe"), asBytes("what do ya want for nothing?"))) ==
           "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
}

/// RFC 6979 A.2.5, P-256 with SHA-256, message "sample".
bool ecdsaP256Answer()
{
    const auto key = PublicKey::fromRawPoint(EcCurve::P256, hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                                                                "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"));
    const Bytes signature = hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                                "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
    return key && key->verifyRaw(EcCurve::P256, asBytes("sample"), signature) &&
           !key->verifyRaw(EcCurve::P256, asBytes("simple"), signature);
}

/// RFC 6979 A.2.6, P-384 with SHA-384, message "sample".
bool ecdsaP384Answer()
{
    const auto key = PublicKey::fromRawPoint(
        EcCurve::P384, hex("ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13"
                           "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720"));
    const Bytes signature = hex("94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46"
                                "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8");
    return key && key->verifyRaw(EcCurve::P384, asBytes("sample"), signature) &&
           !key->verifyRaw(EcCurve::P384, asBytes("simple"), signature);
}

/// GCM specification, test case 14.
bool aesGcmAnswer()
{
    const Bytes sealed = hex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
    const auto opened = openAes256Gcm(Bytes(32), Bytes(12), {}, sealed);
    Bytes forged = sealed;
    forged[0] ^= 1;
    return opened && opened->equals(Bytes(16)) && !openAes256Gcm(Bytes(32), Bytes(12), {}, forged);
}

/// RFC 9180 test vectors, base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, first message.
bool hpkeAnswer()
{
    const auto key = hpke::PrivateKey::fromRaw(hex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d"));
    const Bytes info = hex("4f6465206f6e2061204772656369616e2055726e");
    const Bytes sealed = hex("6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256"
                             "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a");
    const auto opened = key ? hpke::open(*key, info, asBytes("Count-0"), sealed) : Result<SecretBytes>(fail(ErrorKind::Internal, ""));
    return opened && opened->equals(asBytes("Beauty is truth, truth beauty")) &&
           !hpke::open(*key, info, asBytes("Count-1"), sealed);
}

}  // namespace

std::vector<SelfTestOutcome> runCryptoSelfTest()
{
    return {{"SHA-256", "FIPS 180-4", sha256Answer()},
            {"SHA-384", "FIPS 180-4", sha384Answer()},
            {"SHA-512", "FIPS 180-4", sha512Answer()},
            {"HMAC-SHA-256", "RFC 4231", hmacAnswer()},
            {"ECDSA P-256", "RFC 6979", ecdsaP256Answer()},
            {"ECDSA P-384", "RFC 6979", ecdsaP384Answer()},
            {"AES-256-GCM", "GCM specification", aesGcmAnswer()},
            {"HPKE X25519", "RFC 9180", hpkeAnswer()}};
}

}  // namespace quorate
