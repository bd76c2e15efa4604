// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/crypto/shamir.h"
#include "tests/support/release_fixture.h"

using namespace quorate;

TEST_CASE("each custodian opens the own share, and any two shares give the committed key")
{
    const tests::ReleaseFixture fixture;
    for (std::size_t i = 0; i < 3; ++i) {
        std::vector<shamir::Share> shares;
        shares.push_back(shamir::Share::decode(fixture.shareOf(i).expose()).value());
        shares.push_back(shamir::Share::decode(fixture.shareOf((i + 1) % 3).expose()).value());
        const SecretBytes key = shamir::combine(shares).value();
        CHECK(key.size() == 32);
        CHECK(release::keyCommitment(key) == fixture.protocol.quorum.keyCommitment);
    }
}

TEST_CASE("a share opens only for its custodian, study and epoch")
{
    const tests::ReleaseFixture fixture;
    const Uuid first = fixture.custodians()[0].id;
    CHECK(release::openOwnShare(fixture.protocol, first, fixture.custodianKeys[1]).error().kind == ErrorKind::Untrusted);
    CHECK(release::openOwnShare(fixture.protocol, tests::uuid(10), fixture.custodianKeys[0]).error().kind ==
          ErrorKind::PolicyRefused);
    auto protocol = fixture.protocol;
    protocol.keyEpoch = 2;
    CHECK_FALSE(release::openOwnShare(protocol, first, fixture.custodianKeys[0]));
    protocol = fixture.protocol;
    protocol.id = tests::uuid(99);
    CHECK_FALSE(release::openOwnShare(protocol, first, fixture.custodianKeys[0]));
    protocol = fixture.protocol;
    protocol.quorum.shares[0].shareDigest.bytes[0] ^= 1;
    CHECK(release::openOwnShare(protocol, first, fixture.custodianKeys[0]).error().message ==
          "share has another digest than the protocol names");
}

TEST_CASE("a quorum that one person could meet, or nobody, is not made")
{
    const tests::ReleaseFixture fixture;
    const auto split = [&](const std::vector<study::Member>& custodians, unsigned threshold, unsigned organisations) {
        return release::splitStudyKey(fixture.protocol.id, 1, custodians, threshold, organisations, systemRandom());
    };
    CHECK(split(fixture.custodians(), 2, 2));
    CHECK(split(fixture.custodians(), 1, 1).error().kind == ErrorKind::PolicyRefused);
    CHECK(split(fixture.custodians(), 4, 2).error().kind == ErrorKind::PolicyRefused);
    CHECK(split(fixture.custodians(), 2, 3).error().kind == ErrorKind::PolicyRefused);
    CHECK(split(fixture.custodians(), 3, 3).error().message == "custodians are of 2 organisations, want at least 3");
    auto custodians = fixture.custodians();
    custodians[1] = custodians[0];
    CHECK(split(custodians, 2, 2).error().kind == ErrorKind::PolicyRefused);
    custodians = fixture.custodians();
    custodians[1].hpkeKey = custodians[0].hpkeKey;
    CHECK(split(custodians, 2, 2).error().kind == ErrorKind::PolicyRefused);
    custodians = fixture.custodians();
    custodians[2].hpkeKey = {};
    CHECK(split(custodians, 2, 2).error().kind == ErrorKind::PolicyRefused);
}

TEST_CASE("no share is sealed to a custodian with a low-order key")
{
    const tests::ReleaseFixture fixture;
    auto custodians = fixture.custodians();
    custodians[2].hpkeKey = {};
    custodians[2].hpkeKey.bytes[0] = 1;
    const auto rules = release::splitStudyKey(fixture.protocol.id, 1, custodians, 2, 2, systemRandom());
    REQUIRE_FALSE(rules);
    CHECK(rules.error().kind == ErrorKind::Untrusted);
    CHECK(rules.error().message.find("low-order") != std::string::npos);
}

TEST_CASE("commitment, confirmation and derived keys are the protocol's formulas")
{
    const SecretBytes key(Bytes(32, 0x42));
    CHECK(toHex(release::keyCommitment(key)) == "4a868bc42c579a9575af660af056f3dbdf7469487c0960578ab1eca51bd12a53");
    Digest32 statement;
    statement.bytes.fill(0x17);
    CHECK(toHex(release::releaseConfirmation(key, statement)) == "1a1889df98ed32b4caf65a5b99fb31334445f28dac0b904876bd541fe26d7759");
    CHECK(toHex(release::deriveKey(key, release::KeyUse::Model)->expose()) == "cdc24991c042c6a1122438e6a05d77e51c13fa0969016ec96f5c2a0a4650cc85");
    const auto checkpoint = release::deriveKey(key, release::KeyUse::Checkpoint).value();
    const auto results = release::deriveKey(key, release::KeyUse::Results).value();
    CHECK(toHex(checkpoint.expose()) == "0fef538f9b8f0b98e1c6a967be2d62fad00f6a29be49f20b50738c08d6d79b47");
    CHECK(toHex(results.expose()) == "878b368f3c602879dccad04b9a833e68e72c9d7c57109c68ee3bcb50705916c7");
}
