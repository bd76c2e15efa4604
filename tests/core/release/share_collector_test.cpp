// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "tests/support/release_fixture.h"

using namespace quorate;
using namespace std::chrono_literals;
using tests::ReleaseFixture;

namespace {

/// The reason for which `approval` is refused by a fresh collector, or nothing.
Error refusalOf(const ReleaseFixture& fixture, const release::ReleaseApproval& approval)
{
    release::ShareCollector collector = fixture.collector();
    const auto added = collector.add(approval, fixture.serviceKey, fixture.now);
    CHECK(collector.count() == (added ? 1 : 0));
    return added ? Error{ErrorKind::Internal, "accepted"} : added.error();
}

bool mentions(const Error& error, ErrorKind kind, const char* words)
{
    CAPTURE(error.message);
    return error.kind == kind && error.message.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("two custodians of two organisations release the key, and one does not")
{
    const ReleaseFixture fixture;
    for (const std::size_t other : {0U, 1U}) {
        release::ShareCollector collector = fixture.collector();
        CHECK(mentions(collector.combine().error(), ErrorKind::Unavailable, "0 of 2 shares from 0 of 2 organisations"));
        REQUIRE(collector.add(fixture.approval(2), fixture.serviceKey, fixture.now));
        CHECK_FALSE(collector.isQuorate());
        CHECK(mentions(collector.combine().error(), ErrorKind::Unavailable, "1 of 2 shares from 1 of 2 organisations"));
        REQUIRE(collector.add(fixture.approval(other), fixture.serviceKey, fixture.now));
        CHECK(collector.isQuorate());
        const SecretBytes key = collector.combine().value();
        CHECK(release::keyCommitment(key) == fixture.protocol.quorum.keyCommitment);
    }
}

TEST_CASE("two custodians of one organisation do not release the key when two organisations are needed")
{
    const ReleaseFixture fixture;
    release::ShareCollector collector = fixture.collector();
    REQUIRE(collector.add(fixture.approval(0), fixture.serviceKey, fixture.now));
    const auto second = collector.add(fixture.approval(1), fixture.serviceKey, fixture.now);
    REQUIRE_FALSE(second);
    CHECK(mentions(second.error(), ErrorKind::PolicyRefused, "Hospital A has approved already, want approvals of 2"));
    CHECK_FALSE(collector.isQuorate());
    CHECK(collector.add(fixture.approval(2), fixture.serviceKey, fixture.now));
    CHECK(collector.isQuorate());
}

TEST_CASE("where one organisation is enough, two of its custodians release the key")
{
    const ReleaseFixture fixture(2, 1);
    release::ShareCollector collector = fixture.collector();
    REQUIRE(collector.add(fixture.approval(0), fixture.serviceKey, fixture.now));
    REQUIRE(collector.add(fixture.approval(1), fixture.serviceKey, fixture.now));
    CHECK(collector.combine());
}

TEST_CASE("three of three from two organisations need all three")
{
    const ReleaseFixture fixture(3, 2);
    release::ShareCollector collector = fixture.collector();
    REQUIRE(collector.add(fixture.approval(0), fixture.serviceKey, fixture.now));
    REQUIRE(collector.add(fixture.approval(1), fixture.serviceKey, fixture.now));
    CHECK_FALSE(collector.combine());
    REQUIRE(collector.add(fixture.approval(2), fixture.serviceKey, fixture.now));
    CHECK(collector.combine());
}

TEST_CASE("an approval counts once")
{
    const ReleaseFixture fixture;
    release::ShareCollector collector = fixture.collector();
    REQUIRE(collector.add(fixture.approval(0), fixture.serviceKey, fixture.now));
    const auto again = collector.add(fixture.approval(0), fixture.serviceKey, fixture.now);
    REQUIRE_FALSE(again);
    CHECK(mentions(again.error(), ErrorKind::PolicyRefused, "has approved already"));
    CHECK(collector.count() == 1);
}

TEST_CASE("a refusal is sticky and takes an earlier share back")
{
    const ReleaseFixture fixture;
    release::ShareCollector collector = fixture.collector();
    REQUIRE(collector.add(fixture.approval(0), fixture.serviceKey, fixture.now));
    release::ReleaseApproval refusal = fixture.approval(0);
    refusal.decision = study::Decision::Refuse;
    refusal.sealedShare.clear();
    REQUIRE(collector.add(refusal, fixture.serviceKey, fixture.now));
    CHECK(collector.count() == 0);
    const auto again = collector.add(fixture.approval(0), fixture.serviceKey, fixture.now);
    REQUIRE_FALSE(again);
    CHECK(mentions(again.error(), ErrorKind::PolicyRefused, "refused this statement"));
}

TEST_CASE("who requests the release cannot approve it, even as a custodian")
{
    ReleaseFixture fixture;
    fixture.statement.requester = fixture.custodians()[0].id;
    fixture.refreshDigest();
    CHECK(mentions(refusalOf(fixture, fixture.approval(0)), ErrorKind::PolicyRefused, "who requests a release"));
    CHECK(mentions(refusalOf(fixture, fixture.approval(2)), ErrorKind::Internal, "accepted"));
}

TEST_CASE("who is not in the roster or holds no share cannot approve")
{
    ReleaseFixture fixture;
    release::ReleaseApproval approval = fixture.approval(0);
    approval.custodian = tests::uuid(77);
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::PolicyRefused, "is not in the roster"));
    approval.custodian = tests::uuid(14);
    fixture.roster.members.push_back(fixture.roster.members[1]);
    fixture.roster.members.back().id = tests::uuid(14);
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::PolicyRefused, "holds no share"));
    const release::ReleaseApproval third = fixture.approval(2);
    fixture.roster.members.erase(fixture.roster.members.begin() + 3);
    CHECK(mentions(refusalOf(fixture, third), ErrorKind::PolicyRefused, "is not in the roster"));
}

TEST_CASE("a share of another custodian, or a changed one, is refused")
{
    const ReleaseFixture fixture;
    release::ReleaseApproval approval = fixture.approval(0);
    approval.sealedShare =
        fixture.sealBytes(fixture.shareOf(1), approval.custodian, fixture.statementDigest, fixture.serviceKey.publicKey());
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::Untrusted, "has another digest than the protocol names"));
    SecretBytes changed = fixture.shareOf(0);
    changed.exposeMutable()[5] ^= 1;
    approval.sealedShare =
        fixture.sealBytes(changed, approval.custodian, fixture.statementDigest, fixture.serviceKey.publicKey());
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::Untrusted, "has another digest than the protocol names"));
}

TEST_CASE("a share sealed to another key, statement or custodian does not open")
{
    const ReleaseFixture fixture;
    const hpke::PrivateKey otherKey = hpke::PrivateKey::generate(systemRandom()).value();
    const SecretBytes share = fixture.shareOf(0);
    release::ReleaseApproval approval = fixture.approval(0);
    approval.sealedShare = fixture.sealBytes(share, approval.custodian, fixture.statementDigest, otherKey.publicKey());
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::Untrusted, "does not open"));
    Digest32 otherStatement = fixture.statementDigest;
    otherStatement.bytes[0] ^= 1;
    approval.sealedShare = fixture.sealBytes(share, approval.custodian, otherStatement, fixture.serviceKey.publicKey());
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::Untrusted, "does not open"));
    approval.sealedShare =
        fixture.sealBytes(share, tests::uuid(12), fixture.statementDigest, fixture.serviceKey.publicKey());
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::Untrusted, "does not open"));
    approval.sealedShare = Bytes(47);
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::Malformed, "47 bytes"));
}

TEST_CASE("an approval of another statement or study is refused")
{
    const ReleaseFixture fixture;
    release::ReleaseApproval approval = fixture.approval(0);
    approval.statementDigest.bytes[31] ^= 1;
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::Untrusted, "approval is for statement"));
    approval = fixture.approval(0);
    approval.study = tests::uuid(99);
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::Untrusted, "approval is for statement"));
}

TEST_CASE("a service with another key than the statement's refuses to open")
{
    const ReleaseFixture fixture;
    release::ShareCollector collector = fixture.collector();
    const hpke::PrivateKey otherKey = hpke::PrivateKey::generate(systemRandom()).value();
    CHECK(mentions(collector.add(fixture.approval(0), otherKey, fixture.now).error(), ErrorKind::Untrusted,
                   "another HPKE key"));
}

TEST_CASE("a statement of another epoch, policy or reference values voids every approval")
{
    ReleaseFixture fixture;
    const release::ReleaseApproval approval = fixture.approval(0);
    fixture.protocol.keyEpoch = 2;
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::PolicyRefused, "key epoch 1"));
    fixture.protocol.keyEpoch = 1;
    fixture.protocol.policyDigest.bytes[0] ^= 1;
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::PolicyRefused, "another policy"));
    fixture.protocol.policyDigest.bytes[0] ^= 1;
    fixture.protocol.referenceValuesDigest.bytes[0] ^= 1;
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::PolicyRefused, "other reference values"));
}

TEST_CASE("approvals outside their time or the statement's are refused")
{
    const ReleaseFixture fixture;
    release::ReleaseApproval approval = fixture.approval(0);
    approval.expires = fixture.now;
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::PolicyRefused, "approval expired at 2026-11-21T09:00:00Z"));
    approval = fixture.approval(0);
    approval.signedAt = fixture.now + 6min;
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::PolicyRefused, "approval was signed at"));
    approval.signedAt = fixture.now - 6min;
    CHECK(mentions(refusalOf(fixture, approval), ErrorKind::PolicyRefused, "approval was signed at"));
    ReleaseFixture later;
    approval = later.approval(0);
    approval.expires = later.now + 48h;
    later.now += 24h;
    CHECK(mentions(refusalOf(later, approval), ErrorKind::PolicyRefused, "statement expired at 2026-11-22T09:00:00Z"));
    later.now -= 24h + 6min;
    CHECK(mentions(refusalOf(later, approval), ErrorKind::PolicyRefused, "statement is valid from"));
}

TEST_CASE("an approval that expires before the quorum is reached no longer counts")
{
    const ReleaseFixture fixture;
    release::ShareCollector collector = fixture.collector();
    release::ReleaseApproval first = fixture.approval(0);
    first.expires = fixture.now + 1h;
    REQUIRE(collector.add(first, fixture.serviceKey, fixture.now));
    REQUIRE(collector.add(fixture.approval(2), fixture.serviceKey, fixture.now + 1h));
    CHECK(collector.count() == 1);
    CHECK_FALSE(collector.combine());
}

TEST_CASE("shares that combine to another key than the committed one release nothing")
{
    ReleaseFixture fixture;
    fixture.protocol.quorum.keyCommitment.bytes[0] ^= 1;
    release::ShareCollector collector = fixture.collector();
    REQUIRE(collector.add(fixture.approval(0), fixture.serviceKey, fixture.now));
    REQUIRE(collector.add(fixture.approval(2), fixture.serviceKey, fixture.now));
    CHECK(mentions(collector.combine().error(), ErrorKind::Untrusted, "does not match the protocol's commitment"));
}
