// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "tests/enclave_client/desktop.h"

using namespace quorate;
using namespace quorate::tests;
using services::EvidenceProvider;
using services::ProvidedEvidence;

TEST_CASE("A desk shows the service's evidence and every event as it happens")
{
    SmallConsortium consortium;
    const auto service = startService(consortium);
    publish(consortium, service);
    Desktop desktop(consortium);
    desktop.open(service.address, {&consortium.auditors.front()});
    int heard = 0;
    const auto subscription = desktop.desk->subscribe([&heard] { ++heard; });
    REQUIRE(desktop.becomes(Connection::Connected));
    CHECK(desktop.desk->status().evidenceAt);
    CHECK(desktop.desk->status().me == consortium.auditors.front().member);
    REQUIRE(desktop.shown()->nodes.size() == 1);
    CHECK(desktop.shown()->nodes[0].result.verdict == attestation::Verdict::TrainingOnly);
    CHECK_FALSE(desktop.shown()->nodes[0].fields.empty());

    approveAll(consortium, service);
    REQUIRE(desktop.until([&] { return desktop.shown()->projection.state() == study::StudyState::AwaitingKey; }));
    CHECK(desktop.shown()->projection.events() == service.events(consortium.study()));
    CHECK(desktop.until([&] { return desktop.shown()->participations.size() == 3; }));
    CHECK(heard > 0);
}

TEST_CASE("A decision is signed only with the vault's passphrase")
{
    SmallConsortium consortium;
    const auto service = startService(consortium);
    publish(consortium, service);
    Desktop desktop(consortium);
    desktop.open(service.address, {&consortium.reviewers[0]});
    REQUIRE(desktop.becomes(Connection::Connected));
    const auto wrong = desktop.approve(passphrase("wrong"));
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == ErrorKind::Untrusted);
    CHECK(service.events(consortium.study()).size() == 1);

    CHECK(desktop.approve(passphrase()));
    CHECK(service.events(consortium.study()).back().kind == study::EventKind::ParticipationApproved);
    REQUIRE(desktop.until([&] { return desktop.shown()->participations.size() == 1; }));
    CHECK(desktop.shown()->participations[0].value.reviewer == consortium.reviewers[0].member.id);
}

TEST_CASE("In the demo one desk plays everybody in turn, each with the rights of the role")
{
    SmallConsortium consortium;
    const auto service = startService(consortium);
    publish(consortium, service);
    approveAll(consortium, service);
    Desktop desktop(consortium);
    desktop.open(service.address, {&consortium.coordinator(), &consortium.custodians[0], &consortium.custodians[1]});
    REQUIRE(desktop.becomes(Connection::Connected));
    CHECK(desktop.desk->status().playable.size() == 3);
    const auto actAs = [&](const Identity& who) {
        desktop.desk->actAs(who.member.id);
        return desktop.until([&] { return desktop.desk->status().me.id == who.member.id; });
    };
    const auto seal = [&] {
        return desktop.wait([&](Completion<void> done) {
            const Digest32 statement = desktop.shown()->statement ? desktop.shown()->statement->digest : Digest32{};
            return desktop.desk->decideShare({consortium.study(), statement, study::Decision::Approve, "test", passphrase(),
                                              desktop.desk->status().me.id}, std::move(done));
        });
    };
    const auto freeze = [&](const SecretBytes& typed) {
        return desktop.wait([&](Completion<void> done) {
            return desktop.desk->freezeStatement({consortium.study(), "first release", SecretBytes::copyOf(typed.expose()),
                                                  consortium.coordinator().member.id}, std::move(done));
        });
    };
    CHECK_FALSE(freeze(SecretBytes::copyOf(asBytes("not the passphrase"))));
    CHECK(freeze(passphrase()));
    CHECK_FALSE(seal());
    REQUIRE(actAs(consortium.custodians[0]));
    CHECK_FALSE(desktop.approve(passphrase()));
    CHECK(seal());
    REQUIRE(actAs(consortium.custodians[1]));
    CHECK(seal());
    REQUIRE(desktop.until([&] { return desktop.shown()->projection.state() == study::StudyState::Quorate; }));
    REQUIRE(actAs(consortium.coordinator()));
    CHECK(desktop.wait([&](Completion<void> done) { return desktop.desk->startRounds(consortium.study(), std::move(done)); }));
    CHECK(desktop.until([&] { return desktop.shown()->projection.events() == service.events(consortium.study()); }));
    CHECK(desktop.desk->status().connection == Connection::Connected);
}

TEST_CASE("A coordinator's orders reach the service and the log, and every desk shows by whom and why")
{
    SmallConsortium consortium;
    const auto service = startService(consortium);
    publish(consortium, service);
    approveAll(consortium, service);
    releaseKey(consortium, service);
    startRounds(consortium, service);
    Desktop desktop(consortium);
    desktop.open(service.address, {&consortium.coordinator()});
    REQUIRE(desktop.becomes(Connection::Connected));
    const auto order = [&](study::OrderAction action, Uuid site, std::uint32_t number, SecretBytes with) {
        return desktop.wait([&](Completion<void> done) {
            return desktop.desk->orderRounds({consortium.study(), action, site, "under review", std::move(with), desktop.desk->status().me.id, number},
                                             std::move(done));
        });
    };
    CHECK(order(study::OrderAction::Exclude, siteId(1), 1, passphrase("wrong")).error().kind == ErrorKind::Untrusted);
    CHECK(desktop.shown()->orders.empty());
    REQUIRE(order(study::OrderAction::Exclude, siteId(1), 1, passphrase()));
    const auto stale = order(study::OrderAction::Pause, {}, 1, passphrase());
    CHECK(stale.error().message.find("want 2") != std::string::npos);
    REQUIRE(desktop.until([&] { return desktop.shown()->projection.lastOrder() == 1 && desktop.shown()->orders.size() == 1; }));
    const auto given = desktop.shown()->orders[0];
    CHECK(given.value.reason == "under review");
    CHECK(given.value.site == siteId(1));
    CHECK(desktop.shown()->projection.sites().at(siteId(1)).excluded->order == given.digest);

    Desktop auditors(consortium);
    auditors.open(service.address, {&consortium.auditors.front()});
    REQUIRE(auditors.until([&] { return auditors.shown()->orders.size() == 1; }));
    CHECK(order(study::OrderAction::Readmit, siteId(1), 2, passphrase()));
    REQUIRE(auditors.until([&] { return auditors.shown()->orders.size() == 2; }));
    CHECK_FALSE(auditors.shown()->projection.sites().at(siteId(1)).excluded);

    // From the vault, without a service.
    auditors.desk.reset();
    auditors.open("", {&consortium.auditors.front()});
    REQUIRE(auditors.shown()->orders.size() == 2);
    CHECK(auditors.shown()->orders[0].digest == given.digest);
}

TEST_CASE("A desk that starts again without a service shows the same study from its vault")
{
    SmallConsortium consortium;
    Desktop desktop(consortium);
    std::shared_ptr<const StudySnapshot> before;
    {
        const auto service = startService(consortium);
        publish(consortium, service);
        approveAll(consortium, service);
        must(sessionOf(consortium, consortium.coordinator(), service)->freezeStatement());
        desktop.open(service.address, {&consortium.auditors.front()});
        REQUIRE(desktop.until([&] { return desktop.shown()->projection.lastSequence() == 5 && desktop.shown()->statement.has_value(); }));
        before = desktop.shown();
        desktop.desk.reset();
    }
    desktop.open("", {&consortium.auditors.front()});
    const auto after = desktop.shown();
    CHECK(desktop.desk->status().connection == Connection::Offline);
    CHECK(after->projection.events() == before->projection.events());
    CHECK(after->projection.state() == study::StudyState::AwaitingKey);
    REQUIRE(after->statement);
    CHECK(after->statement->digest == before->statement->digest);
    CHECK(after->participations.size() == 3);
    REQUIRE(after->nodes.size() == 1);
    CHECK(after->nodes[0].result.checks == before->nodes[0].result.checks);
    CHECK(desktop.desk->status().evidenceAt);
    CHECK_FALSE(desktop.approve(passphrase()));
}

TEST_CASE("A desk that was away shows what it missed")
{
    SmallConsortium consortium;
    const auto service = startService(consortium);
    publish(consortium, service);
    Desktop desktop(consortium);
    desktop.open(service.address, {&consortium.auditors.front()});
    REQUIRE(desktop.until([&] { return desktop.shown()->projection.lastSequence() == 1; }));
    desktop.desk.reset();
    approveAll(consortium, service);
    desktop.open(service.address, {&consortium.auditors.front()});
    CHECK(desktop.shown()->projection.lastSequence() == 1);
    CHECK(desktop.until([&] { return desktop.shown()->projection.lastSequence() == 4; }));
    CHECK(desktop.shown()->projection.events() == service.events(consortium.study()));
}

TEST_CASE("A service that goes away is lost, and found again with other keys after it has proved itself")
{
    SmallConsortium consortium;
    auto service = startService(consortium);
    publish(consortium, service);
    Desktop desktop(consortium);
    desktop.open(service.address, {&consortium.auditors.front()});
    REQUIRE(desktop.becomes(Connection::Connected));
    const auto firstKey = desktop.shown()->nodes.at(0).transcript.tlsLeafSpki;
    service.server.reset();
    REQUIRE(desktop.becomes(Connection::Lost));
    service = startService(consortium, nullptr, service.address);
    publish(consortium, service);
    consortium.advance(std::chrono::seconds(5));
    REQUIRE(desktop.becomes(Connection::Connected));
    CHECK(desktop.shown()->nodes.at(0).transcript.tlsLeafSpki != firstKey);
}

TEST_CASE("A call that was abandoned never completes")
{
    SmallConsortium consortium;
    const auto service = startService(consortium);
    publish(consortium, service);
    Desktop desktop(consortium);
    desktop.open(service.address, {&consortium.reviewers[0]});
    REQUIRE(desktop.becomes(Connection::Connected));
    bool completed = false;
    desktop.desk->checkNodes(consortium.study(), [&](Result<void>) { completed = true; }).abandon();
    // Jobs run in order: this one's end says that the other has ended, too.
    CHECK(desktop.wait([&](Completion<void> done) { return desktop.desk->checkNodes(consortium.study(), std::move(done)); }));
    desktop.executor.runQueued();
    CHECK_FALSE(completed);
}

TEST_CASE("A refused service is shown with its failed checks, and gets nothing")
{
    SmallConsortium consortium;
    auto launch = consortium.serviceLaunch();
    launch.debug = true;
    const auto service = startService(consortium, simulated(launch, consortium.clock()));
    must(service.server->registry().publish(consortium.package, {consortium.coordinator().member.id,
                                                                  consortium.coordinator().signer->publicKey().spkiSha256()}));
    Desktop desktop(consortium);
    desktop.open(service.address, {&consortium.reviewers[0]});
    REQUIRE(desktop.becomes(Connection::Refused));
    CHECK(desktop.desk->status().detail.find("tdx.debug") != std::string::npos);
    CHECK_FALSE(desktop.desk->status().evidenceAt);
    REQUIRE(desktop.shown()->nodes.size() == 1);
    const auto& result = desktop.shown()->nodes[0].result;
    CHECK(result.verdict == attestation::Verdict::Refused);
    CHECK(result.count(attestation::CheckOutcome::Fail) > 0);
    const auto decided = desktop.approve(passphrase());
    REQUIRE_FALSE(decided);
    CHECK(decided.error().kind == ErrorKind::PolicyRefused);
    CHECK(service.events(consortium.study()).size() == 1);
    CHECK(desktop.shown()->projection.lastSequence() == 0);
}

TEST_CASE("A desk asks for evidence again when it has become too old, and closes the channel when that is refused")
{
    SmallConsortium consortium;
    auto honest = std::make_shared<std::atomic<bool>>(true);
    const auto lie = [honest](EvidenceProvider& provider, const Digest64& reportData) -> Result<ProvidedEvidence> {
        TRY_ASSIGN(out, provider.provide(reportData));
        if (!*honest) out.evidence.blob[100] ^= 1;
        return out;
    };
    const auto service = startService(consortium, std::make_unique<LyingProvider>(simulated(consortium.serviceLaunch(), consortium.clock()), lie));
    publish(consortium, service);
    Desktop desktop(consortium);
    desktop.open(service.address, {&consortium.auditors.front()});
    REQUIRE(desktop.becomes(Connection::Connected));
    const auto first = *desktop.desk->status().evidenceAt;
    const auto later = std::chrono::minutes(consortium.verified().policy.reattestMinutes) + std::chrono::seconds(1);
    consortium.advance(later);
    REQUIRE(desktop.until([&] { return *desktop.desk->status().evidenceAt >= first + later; }));
    CHECK(desktop.desk->status().connection == Connection::Connected);

    *honest = false;
    consortium.advance(later);
    REQUIRE(desktop.becomes(Connection::Refused));
    const auto seen = desktop.shown()->projection.lastSequence();
    *honest = true;
    approveAll(consortium, service);
    *honest = false;
    desktop.executor.runFor(300);
    CHECK(desktop.shown()->projection.lastSequence() == seen);
}
