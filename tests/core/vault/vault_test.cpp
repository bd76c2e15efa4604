// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include <limits>

#include "tests/core/vault/vault_samples.h"

using namespace quorate;
using namespace quorate::tests;
using vault::Vault;

TEST_CASE("this program's SQLite is SQLCipher") { CHECK(Vault::selfTest()); }

TEST_CASE("a reopened vault shows what was stored")
{
    const TemporaryFolder folder;
    {
        Vault made = newVault(folder);
        REQUIRE(made.putEnvelope(envelope("roster", "one")));
        REQUIRE(made.appendEvent(event(1, "first")));
        REQUIRE(made.putEvidence(evidence(1, 1000)));
        REQUIRE(made.putIdentity({uuid(11), SecretBytes(Bytes{1, 2}), SecretBytes(Bytes(32, 7)), Bytes{3}}));
        REQUIRE(made.putSetting("theme", "dark"));
    }
    const Vault opened = openVault(folder).value();
    const auto envelopes = opened.envelopes(uuid(100), "").value();
    REQUIRE(envelopes.size() == 1);
    CHECK(envelopes[0].envelope == envelope("roster", "one").envelope);
    CHECK(envelopes[0].storedAt == millis(1795252320000));
    CHECK(opened.events(uuid(100), 0).value() == std::vector{event(1, "first")});
    CHECK(same(opened.latestEvidence(uuid(100), {}).value().value(), evidence(1, 1000)));
    const auto identities = opened.identities().value();
    REQUIRE(identities.size() == 1);
    CHECK(identities[0].member == uuid(11));
    CHECK(identities[0].signingKeyPkcs8.equals(Bytes{1, 2}));
    CHECK(identities[0].hpkeKey.equals(Bytes(32, 7)));
    CHECK(identities[0].certificateDer == Bytes{3});
    CHECK(opened.setting("theme").value() == "dark");
    CHECK(opened.studies().value() == std::vector{uuid(100)});
}

TEST_CASE("a new vault is empty")
{
    const TemporaryFolder folder;
    const Vault made = newVault(folder);
    CHECK(made.studies().value().empty());
    CHECK(made.envelopes(uuid(100), "roster").value().empty());
    CHECK(made.events(uuid(100), 0).value().empty());
    CHECK_FALSE(made.latestEvidence(uuid(100), {}).value());
    CHECK(made.identities().value().empty());
    CHECK_FALSE(made.setting("theme").value());
}

TEST_CASE("envelopes are found by study and kind, oldest first, each object once")
{
    const TemporaryFolder folder;
    Vault made = newVault(folder);
    REQUIRE(made.putEnvelope(envelope("roster", "r1")));
    REQUIRE(made.putEnvelope(envelope("participation", "p1")));
    REQUIRE(made.putEnvelope(envelope("roster", "r0")));
    REQUIRE(made.putEnvelope(envelope("roster", "r1", uuid(101))));
    auto twin = envelope("roster", "r1");
    twin.envelope.signatures[0].signature = Bytes{4, 5, 6};
    REQUIRE(made.putEnvelope(twin));
    const auto rosters = made.envelopes(uuid(100), "roster").value();
    REQUIRE(rosters.size() == 2);
    CHECK(asText(rosters[0].envelope.payload) == "r1");
    CHECK(rosters[0].envelope.signatures[0].signature == Bytes{1, 2, 3});
    CHECK(asText(rosters[1].envelope.payload) == "r0");
    CHECK(made.envelopes(uuid(100), "").value().size() == 3);
    CHECK(made.studies().value() == std::vector{uuid(100), uuid(101)});
}

TEST_CASE("an envelope under another kind than its own is refused")
{
    const TemporaryFolder folder;
    Vault made = newVault(folder);
    auto stored = envelope("roster", "r");
    stored.kind = "participation";
    CHECK(made.putEnvelope(stored).error().kind == ErrorKind::Malformed);
}

TEST_CASE("events follow each other without a gap, and one that is there already may come again unchanged")
{
    const TemporaryFolder folder;
    Vault made = newVault(folder);
    CHECK(made.appendEvent(event(2)).error() == Error{ErrorKind::Malformed, "event 2 follows 0, want 1"});
    CHECK(made.appendEvent(event(0)).error().kind == ErrorKind::Malformed);
    CHECK_FALSE(made.appendEvent(event(std::numeric_limits<std::uint64_t>::max())));
    REQUIRE(made.appendEvent(event(1, "a")));
    REQUIRE(made.appendEvent(event(2, "b")));
    CHECK(made.appendEvent(event(1, "a")));
    CHECK(made.appendEvent(event(1, "changed")).error().kind == ErrorKind::Untrusted);
    CHECK_FALSE(made.appendEvent(event(4)));
    auto elsewhere = event(1, "c");
    elsewhere.study = uuid(101);
    REQUIRE(made.appendEvent(elsewhere));
    CHECK(made.events(uuid(100), 0).value() == std::vector{event(1, "a"), event(2, "b")});
    CHECK(made.events(uuid(100), 1).value() == std::vector{event(2, "b")});
    CHECK(made.events(uuid(100), std::numeric_limits<std::uint64_t>::max()).value().empty());
}

TEST_CASE("the newest evidence of each node is found, with its collateral")
{
    const TemporaryFolder folder;
    Vault made = newVault(folder);
    REQUIRE(made.putEvidence(evidence(1, 2000)));
    REQUIRE(made.putEvidence(evidence(2, 3000)));
    REQUIRE(made.putEvidence(evidence(3, 1000)));
    REQUIRE(made.putEvidence(evidence(4, 9000, uuid(1))));
    CHECK(same(made.latestEvidence(uuid(100), {}).value().value(), evidence(2, 3000)));
    CHECK(same(made.latestEvidence(uuid(100), uuid(1)).value().value(), evidence(4, 9000, uuid(1))));
    CHECK_FALSE(made.latestEvidence(uuid(100), uuid(2)).value());
    auto complete = evidence(5, 1, uuid(3));
    complete.evidence.eventLog = Bytes(100, 0x11);
    complete.evidence.vtpm = {Bytes{1}, Bytes{2}, Bytes{3}, Bytes{4}};
    REQUIRE(made.putEvidence(complete));
    CHECK(same(made.latestEvidence(uuid(100), uuid(3)).value().value(), complete));
}

TEST_CASE("a setting and an identity are replaced, and empty values stay empty")
{
    const TemporaryFolder folder;
    Vault made = newVault(folder);
    REQUIRE(made.putSetting("note", "x"));
    REQUIRE(made.putSetting("note", ""));
    CHECK(made.setting("note").value() == "");
    REQUIRE(made.putIdentity({uuid(11), SecretBytes(Bytes{1}), SecretBytes(Bytes{2}), Bytes{3}}));
    REQUIRE(made.putIdentity({uuid(11), SecretBytes(Bytes{4}), SecretBytes(), Bytes{}}));
    const auto identities = made.identities().value();
    REQUIRE(identities.size() == 1);
    CHECK(identities[0].signingKeyPkcs8.equals(Bytes{4}));
    CHECK(identities[0].hpkeKey.empty());
}
