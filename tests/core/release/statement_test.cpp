// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <doctest/doctest.h>

#include "tests/support/release_fixture.h"
#include "tests/support/simulated_service.h"

using namespace quorate;
using namespace std::chrono_literals;
using attestation::Purpose;
using attestation::Transcript;
using attestation::VerifiedEvidence;
using tests::ReleaseFixture;

namespace {

/// Its RSA keys take seconds to make, so all cases share one.
const tests::SimulatedService& service()
{
    static const tests::SimulatedService instance(parseRfc3339("2026-11-21T09:00:00Z").value());
    return instance;
}

/// The fixture's study with a statement that was frozen from evidence, and what a confirming challenge then shows.
struct Frozen : ReleaseFixture {
    Transcript offer;
    Transcript confirm;

    explicit Frozen(const Digest32* hpkeKey = nullptr)
    {
        offer = statement.transcript;
        if (hpkeKey != nullptr) offer.hpkePublicKey = *hpkeKey;
        const auto shown = service().answer(offer).value();
        statement = release::makeStatement(protocol, statement.protocolDigest, shown, tests::uuid(10), now, 24h).value();
        refreshDigest();
        confirm = offer;
        confirm.purpose = Purpose::ReleaseConfirm;
        confirm.nonce.bytes.fill(0x77);
    }
    [[nodiscard]] VerifiedEvidence confirmed() const { return service().answer(confirm).value(); }
    [[nodiscard]] Result<Bytes> sealed(const VerifiedEvidence& shown, std::size_t index, UtcSeconds at) const
    {
        return release::sealShare(statement, statementDigest, shown, custodians()[index].id, shareOf(index), at, systemRandom());
    }
    /// The only difference there is, or all of them joined.
    [[nodiscard]] std::string difference(const VerifiedEvidence& shown) const
    {
        std::string out;
        for (const auto& line : release::differencesFrom(statement, shown, now)) out.append(out.empty() ? "" : "; ").append(line);
        const auto share = sealed(shown, 0, now);
        CHECK(share.has_value() == out.empty());
        if (!share) CHECK(share.error() == Error{ErrorKind::PolicyRefused, out});
        return out;
    }
    [[nodiscard]] std::string differenceOf(const Transcript& transcript) const
    {
        return difference(service().answer(transcript).value());
    }
};

Digest32 filled(std::uint8_t value)
{
    Digest32 out;
    out.bytes.fill(value);
    return out;
}

}  // namespace

TEST_CASE("a statement freezes what the evidence showed, and survives its bytes")
{
    const Frozen frozen;
    const auto& statement = frozen.statement;
    CHECK(statement.transcript == frozen.offer);
    CHECK(statement.requester == tests::uuid(10));
    CHECK(statement.tee == "tdx");
    CHECK_FALSE(statement.product.empty());
    CHECK_FALSE(statement.tcbStatus.empty());
    CHECK(statement.platformId == statement.claims.at("fmspc"));
    CHECK(statement.claims.at("reportData") == toHex(frozen.offer.reportData()));
    CHECK(statement.checks.size() > 10);
    CHECK(statement.collateralDigests.count("tcb_info.json") == 1);
    CHECK(statement.notAfter - statement.notBefore == 24h);
    CHECK(release::decodeStatement(release::encode(statement)).value() == statement);
}

TEST_CASE("shares sealed to the confirmed key release the study key")
{
    const Frozen frozen;
    release::ShareCollector collector = frozen.collector();
    for (const std::size_t index : {0U, 2U}) {
        release::ReleaseApproval approval = frozen.approval(index);
        approval.sealedShare = frozen.sealed(frozen.confirmed(), index, frozen.now).value();
        REQUIRE(collector.add(approval, frozen.serviceKey, frozen.now));
    }
    CHECK(release::keyCommitment(collector.combine().value()) == frozen.protocol.quorum.keyCommitment);
}

TEST_CASE("a statement is made from an offer only, for this study, epoch, policy and reference values")
{
    const Frozen frozen;
    const auto attempt = [&](const Transcript& transcript) {
        const auto made = release::makeStatement(frozen.protocol, {}, service().answer(transcript).value(), tests::uuid(10),
                                                 frozen.now, 24h);
        return made ? std::string("made") : made.error().message;
    };
    CHECK(attempt(frozen.offer) == "made");
    CHECK(attempt(frozen.confirm) == "evidence answers purpose 3, want 2 (release offer)");
    Transcript changed = frozen.offer;
    changed.keyEpoch = 2;
    CHECK(attempt(changed).find("evidence is for key epoch 2") == 0);
    changed = frozen.offer;
    changed.study = tests::uuid(99);
    CHECK(attempt(changed).find("evidence is for key epoch 1 of study") == 0);
    changed = frozen.offer;
    changed.policyDigest = filled(1);
    CHECK(attempt(changed) == "evidence binds another policy or other reference values than the protocol");
    changed = frozen.offer;
    changed.referenceValuesDigest = filled(1);
    CHECK(attempt(changed) == "evidence binds another policy or other reference values than the protocol");
    changed = frozen.offer;
    changed.hpkeSuite.bytes[5] = 3;
    CHECK(attempt(changed) == "evidence offers HPKE suite 002000010003, want 002000010002");
    const auto offer = service().answer(frozen.offer).value();
    CHECK_FALSE(release::makeStatement(frozen.protocol, {}, offer, {}, frozen.now, 24h));
    CHECK_FALSE(release::makeStatement(frozen.protocol, {}, offer, tests::uuid(10), frozen.now, 0min));
}

TEST_CASE("an offer, even with a fresh nonce, does not pass for a confirmation")
{
    const Frozen frozen;
    Transcript again = frozen.offer;
    again.nonce = filled(0x78);
    CHECK(frozen.differenceOf(again) == "evidence answers purpose 2, want 3 (release confirm)");
}

TEST_CASE("a confirmation with the offer's nonce is refused")
{
    const Frozen frozen;
    Transcript again = frozen.confirm;
    again.nonce = frozen.offer.nonce;
    CHECK(frozen.differenceOf(again) == "nonce is the offer's, want a fresh one");
}

TEST_CASE("another key, role, study, site, epoch or roster than the statement's is named")
{
    const Frozen frozen;
    CHECK(frozen.differenceOf(frozen.confirm).empty());
    Transcript changed = frozen.confirm;
    changed.hpkePublicKey = filled(9);
    CHECK(frozen.differenceOf(changed) == "HPKE key is " + toHex(filled(9)) + ", statement says " + toHex(frozen.offer.hpkePublicKey));
    changed = frozen.confirm;
    changed.tlsLeafSpki = filled(9);
    CHECK(frozen.differenceOf(changed).find("TLS key is ") == 0);
    changed = frozen.confirm;
    changed.receiptKeySpki = Bytes(32, 9);
    CHECK(frozen.differenceOf(changed) == "receipt key is " + toHex(filled(9)) + ", statement says absent");
    changed = frozen.confirm;
    changed.role = attestation::AttesterRole::SiteNode;
    CHECK(frozen.differenceOf(changed) == "attester role is not the statement's");
    changed = frozen.confirm;
    changed.site = tests::uuid(1);
    CHECK(frozen.differenceOf(changed).find("site is ") == 0);
    changed = frozen.confirm;
    changed.keyEpoch = 2;
    CHECK(frozen.differenceOf(changed) == "key epoch is 2, statement says 1");
    changed = frozen.confirm;
    changed.rosterRootSpki = filled(9);
    CHECK(frozen.differenceOf(changed).find("roster root is ") != std::string::npos);
    changed = frozen.confirm;
    changed.referenceValuesDigest = filled(9);
    CHECK(frozen.differenceOf(changed).find("reference values is ") == 0);
}

TEST_CASE("another program than the one that was frozen is refused by its measurement")
{
    const Frozen frozen;
    const auto shown = service().answer(frozen.confirm, "quorate-aggregator 6.6.6").value();
    const std::string difference = frozen.difference(shown);
    CHECK(difference.find("mrtd is ") != std::string::npos);
}

TEST_CASE("a claim that changed, appeared or went away, and another TCB or platform, are refused")
{
    Frozen frozen;
    const auto shown = frozen.confirmed();
    const release::ReleaseStatement good = frozen.statement;
    frozen.statement.claims["rtmr1"] = "00";
    CHECK(frozen.difference(shown).find("rtmr1 is ") == 0);
    frozen.statement = good;
    frozen.statement.claims.erase("mrowner");
    CHECK(frozen.difference(shown).find("statement says absent") != std::string::npos);
    frozen.statement = good;
    frozen.statement.claims["chipId2"] = "aa";
    CHECK(frozen.difference(shown) == "chipId2 is absent, statement says aa");
    frozen.statement = good;
    frozen.statement.tcbStatus = "OutOfDate";
    CHECK(frozen.difference(shown) == "TCB status is " + good.tcbStatus + ", statement says OutOfDate");
    frozen.statement = good;
    frozen.statement.platformId = "1";
    CHECK(frozen.difference(shown) == "platform is " + good.platformId + ", statement says 1");
    frozen.statement = good;
    frozen.statement.product = "TDX 9";
    frozen.statement.tee = "sev-snp";
    CHECK(frozen.difference(shown) == "TEE is tdx, statement says sev-snp; product is " + good.product + ", statement says TDX 9");
}

TEST_CASE("newer TCB info alone does not void a statement")
{
    Frozen frozen;
    frozen.statement.claims["tcbEvaluationDataNumber"] = "1";
    frozen.statement.claims["tcbDate"] = "2020-01-01T00:00:00Z";
    CHECK(frozen.difference(frozen.confirmed()).empty());
}

TEST_CASE("nothing is sealed before a statement's start or from its end on")
{
    const Frozen frozen;
    const auto shown = frozen.confirmed();
    CHECK(frozen.sealed(shown, 0, frozen.now - 5min));
    CHECK(frozen.sealed(shown, 0, frozen.now - 6min).error().message == "statement is valid from 2026-11-21T09:00:00Z");
    CHECK(frozen.sealed(shown, 0, frozen.now + 24h - 1s));
    CHECK(frozen.sealed(shown, 0, frozen.now + 24h).error().message == "statement expired at 2026-11-22T09:00:00Z");
}

TEST_CASE("the requester seals nothing")
{
    Frozen frozen;
    frozen.statement.requester = frozen.custodians()[0].id;
    CHECK(frozen.sealed(frozen.confirmed(), 0, frozen.now).error() ==
          Error{ErrorKind::PolicyRefused, "who requests a release cannot approve it"});
}

TEST_CASE("no share is sealed to a low-order key, though evidence binds it")
{
    const Digest32 lowOrder{};
    const Frozen frozen(&lowOrder);
    const auto sealed = frozen.sealed(frozen.confirmed(), 0, frozen.now);
    REQUIRE_FALSE(sealed);
    CHECK(sealed.error() == Error{ErrorKind::Untrusted, "X25519 public key is a low-order point"});
}
