// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/crypto/digest.h"
#include "core/study/receipt.h"
#include "core/study/reference_codec.h"
#include "tests/services/support/fake_site.h"

using namespace quorate;
using namespace quorate::tests;
using release::Revocation;
using study::Decision;
using study::EventKind;
using study::StudyState;

namespace {

/// A consortium with its service, and its people's steps.
struct Life {
    explicit Life(const ConsortiumOptions& options = {}) : consortium(options), service(startService(consortium)) {}

    [[nodiscard]] std::unique_ptr<MemberSession> as(const Identity& identity) const { return sessionOf(consortium, identity, service); }
    [[nodiscard]] StudyState state() const
    {
        return service.server->registry().find(consortium.study()).value()->log().read([](const auto& projection) { return projection.state(); });
    }
    [[nodiscard]] std::vector<EventKind> kinds() const
    {
        std::vector<EventKind> out;
        for (const auto& event : service.events(consortium.study())) out.push_back(event.kind);
        return out;
    }
    [[nodiscard]] std::optional<study::StudyEvent> last(EventKind kind) const { return lastEvent(service, consortium.study(), kind); }
    void open() const
    {
        publish(consortium, service);
        approveAll(consortium, service);
        releaseKey(consortium, service);
        startRounds(consortium, service);
    }

    /// As many custodians as it takes agree to end the freeze that holds.
    void thaw() const
    {
        const Digest32 freeze = last(EventKind::StudyFrozen)->digest;
        for (std::size_t i = 0; i < consortium.verified().protocol.quorum.threshold; ++i) {
            const auto agreed = as(consortium.custodians[i])->stop(Revocation::Kind::Thaw, "over", freeze);
            REQUIRE_MESSAGE(agreed, agreed.error().message);
        }
    }

    SmallConsortium consortium;
    RunningService service;
};

/// Whether the service still answers this person's challenge.
bool sessionOfRevoked(const Life& life, const Identity& identity)
{
    MemberSession session(identity, life.service.address, life.consortium.verified(), life.consortium.anchors, life.consortium.clock(), systemRandom());
    return session.connect().has_value();
}

template <typename T>
void checkRefused(const Result<T>& result, ErrorKind kind = ErrorKind::PolicyRefused)
{
    REQUIRE_FALSE(result);
    CAPTURE(result.error().message);
    CHECK(result.error().kind == kind);
}

/// Every receipt is signed by the key that the evidence binds and names the one before it.
void checkReceipts(const Life& life, const std::vector<ReceivedEnvelope>& receipts, const PublicKey& key)
{
    Digest32 previous;
    std::optional<Digest32> model;
    std::uint32_t round = 0;
    for (const auto& [envelope, at] : receipts) {
        CHECK(dsse::verify(envelope, study::kinds::kRoundReceipt, key));
        const auto receipt = study::decodeReceipt(envelope.payload).value();
        CHECK(receipt.round == ++round);
        CHECK(receipt.study == life.consortium.study());
        CHECK(receipt.protocolDigest == life.consortium.verified().protocolDigest);
        CHECK(receipt.previousReceipt == previous);
        CHECK(receipt.entries.size() == life.consortium.nodes.size());
        for (const auto& entry : receipt.entries) CHECK(entry.outcome == "aggregated");
        if (model) CHECK(receipt.baseModel == *model);
        model = receipt.newModel;
        previous = envelope.payloadDigest();
        auto altered = envelope;
        altered.payload.back() ^= 1;
        CHECK_FALSE(dsse::verify(altered, study::kinds::kRoundReceipt, key));
    }
    CHECK(round == life.consortium.protocol().plan.rounds);
}

}  // namespace

TEST_CASE("A study goes from its protocol to its model, and its receipts chain under the attested key")
{
    Life life;
    publish(life.consortium, life.service);
    CHECK(life.state() == StudyState::AwaitingApprovals);
    approveAll(life.consortium, life.service);
    CHECK(life.state() == StudyState::AwaitingKey);
    releaseKey(life.consortium, life.service);
    CHECK(life.state() == StudyState::Quorate);
    startRounds(life.consortium, life.service);
    std::vector<std::unique_ptr<FakeSite>> sites;
    for (std::size_t i = 0; i < 3; ++i) sites.push_back(std::make_unique<FakeSite>(life.consortium, life.service, i));
    for (const auto& site : sites) must(site->join());
    for (std::uint32_t round = 1; round <= 2; ++round) {
        for (const auto& site : sites) CHECK(site->trainOnce() == round);
    }
    for (const auto& site : sites) {
        const SiteTask task = site->task();
        REQUIRE(task.kind == SiteTask::Kind::Evaluate);
        must(site->client().reportResult(task.modelDigest, {10, 0.6, 0.7, 0.8, 0.2, {}, {}}, {10, 0.5, 0.8, 0.9, 0.1, {}, {}}));
    }
    CHECK(sites[0]->task().kind == SiteTask::Kind::Done);
    CHECK(life.state() == StudyState::Finished);

    const auto auditor = life.as(life.consortium.auditors.front());
    const auto answer = auditor->connect().value();
    const auto receiptKey = PublicKey::fromSpki(answer.receiptKeySpkiDer).value();
    CHECK(answer.inputs.transcript->receiptKeySpki == toBytes(receiptKey.spkiSha256().view()));
    const auto record = auditor->client().get(life.consortium.study()).value();
    CHECK(record.package == life.consortium.package);
    CHECK(record.participations.size() == 3);
    CHECK(record.approvals.size() == 2);
    checkReceipts(life, record.receipts, receiptKey);
    REQUIRE(record.modelStatement);
    CHECK(dsse::verify(record.modelStatement->envelope, study::kinds::kModelStatement, receiptKey));
    const auto statement = study::decodeModelStatement(record.modelStatement->envelope.payload).value();
    CHECK(statement.model == life.last(EventKind::StudyFinished)->digest);
    CHECK(statement.lastReceipt == record.receipts.back().envelope.payloadDigest());
    checkRefused(auditor->stop(Revocation::Kind::Freeze, "too late"));
}

TEST_CASE("A study is published once, by a coordinator, under the policy the machine was launched with")
{
    Life life;
    const auto publishAs = [&](const Identity& identity, const study::StudyPackage& package) {
        return sessionOf(life.consortium, identity, life.service, false)->publish(package);
    };
    checkRefused(publishAs(life.consortium.reviewers.front(), life.consortium.package));
    checkRefused(publishAs(life.consortium.nodes.front(), life.consortium.package));
    auto altered = life.consortium.package;
    altered.protocol.payload.back() ^= 1;
    checkRefused(publishAs(life.consortium.coordinator(), altered), ErrorKind::Untrusted);

    auto otherPolicy = life.consortium.package;
    auto policy = life.consortium.verified().policy;
    policy.reattestMinutes += 1;
    otherPolicy.policy = dsse::sign(study::kinds::kPolicy, study::encode(policy).value(), life.consortium.authority.rootKey()).value();
    otherPolicy.protocol = life.consortium.signedAnew([&](auto& protocol) { protocol.policyDigest = otherPolicy.policy.payloadDigest(); }).protocol;
    checkRefused(publishAs(life.consortium.coordinator(), otherPolicy));
    CHECK(life.service.server->registry().list().empty());

    const SmallConsortium stranger;
    checkRefused(publishAs(life.consortium.coordinator(), stranger.package), ErrorKind::Untrusted);
    must(publishAs(life.consortium.coordinator(), life.consortium.package));
    checkRefused(publishAs(life.consortium.coordinator(), life.consortium.package));
    CHECK(life.kinds() == std::vector{EventKind::StudyPublished});
}

TEST_CASE("A certificate of an earlier key of a coordinator does not publish for the one on the roster")
{
    Life life;
    const auto& roster = life.consortium.coordinator();
    auto earlier = life.consortium.authority.issueIdentity(roster.member, false, toSeconds(systemClock()()), systemRandom()).value();
    checkRefused(sessionOf(life.consortium, earlier, life.service, false)->publish(life.consortium.package));
    CHECK(life.service.server->registry().list().empty());
}

TEST_CASE("A reviewer decides for the own site only, and a refusal stays")
{
    Life life({.sites = 3});
    publish(life.consortium, life.service);
    const auto& reviewer = life.consortium.reviewers[0];
    const auto session = life.as(reviewer);
    const auto now = toSeconds(systemClock()());
    study::Participation decision{life.consortium.study(), life.consortium.verified().protocolDigest, siteId(1), reviewer.member.id,
                                  Decision::Approve, {}, "test", now, now + std::chrono::hours(1)};
    const auto send = [&](const study::Participation& what, const Identity& signer) {
        return session->client().submitParticipation(dsse::sign(study::kinds::kParticipation, study::encode(what), *signer.signer).value());
    };
    checkRefused(send(decision, reviewer));
    decision.site = siteId(0);
    decision.protocolDigest.bytes[0] ^= 1;
    checkRefused(send(decision, reviewer));
    decision.protocolDigest = life.consortium.verified().protocolDigest;
    checkRefused(send(decision, life.consortium.reviewers[1]), ErrorKind::Untrusted);
    decision.expires = now - std::chrono::seconds(1);
    checkRefused(send(decision, reviewer));
    decision.expires = now + std::chrono::hours(1);
    decision.signedAt = now + std::chrono::hours(1);
    checkRefused(send(decision, reviewer));
    CHECK(life.kinds() == std::vector{EventKind::StudyPublished});

    must(session->decideParticipation(Decision::Refuse, {}, "no"));
    checkRefused(session->decideParticipation(Decision::Approve, {}, "after all"));
    must(life.as(life.consortium.reviewers[1])->decideParticipation(Decision::Approve, {}, "yes"));
    CHECK(life.state() == StudyState::AwaitingApprovals);
    must(life.as(life.consortium.reviewers[2])->decideParticipation(Decision::Refuse, {}, "no"));
    CHECK(life.state() == StudyState::Refused);
    checkRefused(life.as(life.consortium.coordinator())->freezeStatement());
}

TEST_CASE("One share releases nothing, the requester cannot approve, and a custodian counts once")
{
    Life life;
    publish(life.consortium, life.service);
    const auto coordinator = life.as(life.consortium.coordinator());
    checkRefused(coordinator->freezeStatement());
    approveAll(life.consortium, life.service);
    checkRefused(decideShare(life.consortium, life.consortium.custodians[0], life.service, Decision::Approve));
    checkRefused(coordinator->startRounds());
    must(coordinator->freezeStatement());

    const auto first = decideShare(life.consortium, life.consortium.custodians[0], life.service, Decision::Approve);
    REQUIRE(first);
    CHECK(first->sealedShares == 1);
    CHECK_FALSE(first->released);
    checkRefused(coordinator->startRounds());
    CHECK(life.state() == StudyState::AwaitingKey);
    checkRefused(decideShare(life.consortium, life.consortium.custodians[0], life.service, Decision::Approve));
    checkRefused(decideShare(life.consortium, life.consortium.coordinator(), life.service, Decision::Approve));
    CHECK(life.state() == StudyState::AwaitingKey);

    must(decideShare(life.consortium, life.consortium.custodians[1], life.service, Decision::Refuse));
    checkRefused(decideShare(life.consortium, life.consortium.custodians[1], life.service, Decision::Approve));
    CHECK(life.state() == StudyState::AwaitingKey);
    const auto last = decideShare(life.consortium, life.consortium.custodians[2], life.service, Decision::Approve);
    REQUIRE(last);
    CHECK(last->released);
    CHECK(life.state() == StudyState::Quorate);
}

TEST_CASE("A new statement voids the shares that were sealed under the earlier one")
{
    Life life;
    publish(life.consortium, life.service);
    approveAll(life.consortium, life.service);
    const auto coordinator = life.as(life.consortium.coordinator());
    must(coordinator->freezeStatement());
    must(decideShare(life.consortium, life.consortium.custodians[0], life.service, Decision::Approve));
    const Digest32 looked = life.last(EventKind::StatementFrozen)->digest;
    must(coordinator->freezeStatement());
    // Nobody approves a statement that was put in the place of the one on the screen.
    checkRefused(life.as(life.consortium.custodians[1])->decideShare(looked, Decision::Approve, "yes"));
    CHECK(decideShare(life.consortium, life.consortium.custodians[1], life.service, Decision::Approve)->sealedShares == 1);
    CHECK(life.state() == StudyState::AwaitingKey);
}

TEST_CASE("A decision whose signing token is gone is refused before anything is sent")
{
    /// A signer as Token gives it out, after the token was pulled.
    class GoneToken final : public Signer {
    public:
        explicit GoneToken(const PublicKey& key) : m_key(key) {}
        [[nodiscard]] EcCurve curve() const override { return EcCurve::P256; }
        [[nodiscard]] const PublicKey& publicKey() const override { return m_key; }
        [[nodiscard]] Result<Bytes> signDer(BytesView) const override { return fail(ErrorKind::Unavailable, "the token is gone"); }

    private:
        PublicKey m_key;
    };
    Life life;
    publish(life.consortium, life.service);
    auto& reviewer = life.consortium.reviewers.front();
    const auto present = std::exchange(reviewer.signer, std::make_shared<const GoneToken>(reviewer.signer->publicKey()));
    checkRefused(life.as(reviewer)->decideParticipation(Decision::Approve, {}, "test"), ErrorKind::Unavailable);
    CHECK(life.service.events(life.consortium.study()).size() == 1);
    reviewer.signer = present;
    must(life.as(reviewer)->decideParticipation(Decision::Approve, {}, "test"));
    CHECK(life.last(EventKind::ParticipationApproved).has_value());
}

TEST_CASE("A new roster voids the shares that were given before, and whom it revokes can give none")
{
    Life life;
    publish(life.consortium, life.service);
    approveAll(life.consortium, life.service);
    must(life.as(life.consortium.coordinator())->freezeStatement());
    const auto& custodians = life.consortium.custodians;
    must(decideShare(life.consortium, custodians[0], life.service, Decision::Approve));
    const auto next = study::withRevocation(life.consortium.verified().roster, custodians[1].member.id, toSeconds(systemClock()()), "left").value();
    const auto signedRoster = dsse::sign(study::kinds::kRoster, study::encode(next), life.consortium.authority.rootKey()).value();
    CHECK(life.as(life.consortium.coordinator())->client().updateRoster(signedRoster).value() == 2);
    CHECK(life.last(EventKind::StatementFrozen)->code == "roster");
    CHECK_FALSE(sessionOfRevoked(life, custodians[1]));
    CHECK(decideShare(life.consortium, custodians[2], life.service, Decision::Approve)->sealedShares == 1);
    CHECK(life.state() == StudyState::AwaitingKey);
    CHECK(decideShare(life.consortium, custodians[0], life.service, Decision::Approve)->released);
}

TEST_CASE("A thaw takes the quorum of custodians, each once, for the freeze that holds")
{
    Life life;
    life.open();
    const auto& custodians = life.consortium.custodians;
    must(life.as(life.consortium.auditors.front())->stop(Revocation::Kind::Freeze, "incident"));
    const Digest32 first = life.last(EventKind::StudyFrozen)->digest;
    checkRefused(life.as(life.consortium.coordinator())->stop(Revocation::Kind::Thaw, "over", first));
    Digest32 other = first;
    other.bytes[0] ^= 1;
    checkRefused(life.as(custodians[0])->stop(Revocation::Kind::Thaw, "over", other));
    must(life.as(custodians[0])->stop(Revocation::Kind::Thaw, "over", first));
    CHECK(life.last(EventKind::ThawAgreed)->count == 1);
    CHECK(life.last(EventKind::ThawAgreed)->total == 2);
    checkRefused(life.as(custodians[0])->stop(Revocation::Kind::Thaw, "over again", first));
    CHECK(life.state() == StudyState::Frozen);

    // A new freeze: what was agreed before counts no longer, nor does an order about the first.
    must(life.as(custodians[2])->stop(Revocation::Kind::Freeze, "another incident"));
    const Digest32 second = life.last(EventKind::StudyFrozen)->digest;
    checkRefused(life.as(custodians[1])->stop(Revocation::Kind::Thaw, "over", first));
    must(life.as(custodians[1])->stop(Revocation::Kind::Thaw, "over", second));
    CHECK(life.last(EventKind::ThawAgreed)->count == 1);
    CHECK(life.state() == StudyState::Frozen);
    must(life.as(custodians[0])->stop(Revocation::Kind::Thaw, "over", second));
    CHECK(life.last(EventKind::StudyThawed)->digest == second);
    CHECK(life.state() != StudyState::Frozen);
    checkRefused(life.as(custodians[2])->stop(Revocation::Kind::Thaw, "over", second));
}

TEST_CASE("Who agreed to a thaw and was revoked since does not count")
{
    Life life;
    life.open();
    const auto& custodians = life.consortium.custodians;
    must(life.as(life.consortium.auditors.front())->stop(Revocation::Kind::Freeze, "incident"));
    const Digest32 freeze = life.last(EventKind::StudyFrozen)->digest;
    must(life.as(custodians[0])->stop(Revocation::Kind::Thaw, "over", freeze));
    const auto next = study::withRevocation(life.consortium.verified().roster, custodians[0].member.id, toSeconds(systemClock()()), "left").value();
    must(life.as(life.consortium.coordinator())->client().updateRoster(
        dsse::sign(study::kinds::kRoster, study::encode(next), life.consortium.authority.rootKey()).value()));
    must(life.as(custodians[1])->stop(Revocation::Kind::Thaw, "over", freeze));
    CHECK(life.last(EventKind::ThawAgreed)->count == 1);
    CHECK(life.state() == StudyState::Frozen);
    must(life.as(custodians[2])->stop(Revocation::Kind::Thaw, "over", freeze));
    CHECK(life.state() != StudyState::Frozen);
}

TEST_CASE("A freeze stops updates, a thaw opens the round anew")
{
    Life life({.sites = 2, .rounds = 1});
    life.open();
    const FakeSite first(life.consortium, life.service, 0);
    const FakeSite second(life.consortium, life.service, 1);
    must(first.join());
    must(second.join());
    const SiteTask task = second.task();
    CHECK(first.trainOnce() == 1);

    const auto auditor = life.as(life.consortium.auditors.front());
    must(auditor->stop(Revocation::Kind::Freeze, "incident"));
    CHECK(life.state() == StudyState::Frozen);
    checkRefused(second.submit(second.update(task)));
    checkRefused(second.client().fetchModel(task.modelDigest));
    checkRefused(auditor->stop(Revocation::Kind::Thaw, "over", life.last(EventKind::StudyFrozen)->digest));
    life.thaw();
    CHECK(life.state() == StudyState::Running);
    // The first site's update came before the freeze: it is asked for again.
    CHECK(first.trainOnce() == 1);
    CHECK(second.trainOnce() == 1);
    CHECK(eventually([&] { return life.last(EventKind::RoundAggregated).has_value(); }));
}

TEST_CASE("A revocation ends the study for good")
{
    Life life({.sites = 2, .rounds = 1});
    life.open();
    const FakeSite first(life.consortium, life.service, 0);
    const FakeSite second(life.consortium, life.service, 1);
    must(first.join());
    must(second.join());
    const SiteTask task = first.task();
    must(life.as(life.consortium.custodians[2])->stop(Revocation::Kind::Revoke, "withdrawn"));
    CHECK(life.state() == StudyState::Revoked);
    checkRefused(first.submit(first.update(task)));
    checkRefused(first.client().fetchModel(task.modelDigest));
    CHECK(first.task().kind == SiteTask::Kind::Done);
    checkRefused(life.as(life.consortium.auditors.front())->stop(Revocation::Kind::Freeze, "freeze"));
    checkRefused(life.as(life.consortium.coordinator())->stop(Revocation::Kind::Thaw, "thaw", sha256({})));
    checkRefused(life.as(life.consortium.coordinator())->startRounds());
    CHECK(life.state() == StudyState::Revoked);
    CHECK_FALSE(life.last(EventKind::RoundAggregated));
}

TEST_CASE("An order to stop counts once and only under the name of the one who signed it")
{
    Life life;
    publish(life.consortium, life.service);
    const auto& auditor = life.consortium.auditors.front();
    const auto session = life.as(auditor);
    const auto sign = [](const Revocation& order, const Identity& signer) {
        return dsse::sign(study::kinds::kRevocation, release::encode(order), *signer.signer).value();
    };
    Revocation order{life.consortium.study(), 1, auditor.member.id, Revocation::Kind::Freeze, "test", toSeconds(systemClock()())};
    checkRefused(session->client().stop(sign(order, life.consortium.custodians[0])), ErrorKind::Untrusted);
    order.keyEpoch = 2;
    checkRefused(session->client().stop(sign(order, auditor)));
    order.keyEpoch = 1;
    const auto envelope = sign(order, auditor);
    must(session->client().stop(envelope));
    life.thaw();
    checkRefused(session->client().stop(envelope));
    CHECK(life.state() == StudyState::AwaitingApprovals);
}
