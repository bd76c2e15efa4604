// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <thread>

#include "core/study/receipt.h"
#include "core/study/round_order.h"
#include "tests/services/support/hand_upload.h"
#include "tests/services/support/kept_study.h"

using namespace quorate;
using namespace quorate::tests;
using services::Task;
using study::EventKind;
using study::OrderAction;

namespace {

/// A study with open rounds, its coordinator's orders, and what the service would tell a site right now.
struct OrderedStudy : KeptStudy {
    using KeptStudy::KeptStudy;

    [[nodiscard]] services::StudyHost& host() const { return *service.server->registry().find(consortium.study()).value(); }
    [[nodiscard]] services::RoundEngine& rounds() const { return host().rounds(); }
    [[nodiscard]] dsse::Envelope sign(OrderAction action, std::uint32_t number, const Uuid& site = {}) const
    {
        const auto& me = consortium.coordinator();
        const study::RoundOrder order{consortium.study(), consortium.verified().protocolDigest, number, me.member.id, action, site,
                                      "under\nreview", toSeconds(consortium.clock()())};
        return dsse::sign(study::kinds::kRoundOrder, study::encode(order), *me.signer).value();
    }
    /// The next order.
    void order(OrderAction action, std::optional<std::size_t> site = {})
    {
        must(host().order(sign(action, ++given, site ? siteId(*site) : Uuid())));
    }
    [[nodiscard]] Task now(std::size_t site) const { return rounds().nextTask(consortium.nodes[site].member, 0).value(); }
    [[nodiscard]] bool waits(std::size_t site, Task::Hold hold) const
    {
        const Task task = now(site);
        return task.kind == Task::Kind::Wait && task.hold == hold;
    }
    /// As much time as any waiting of the service for sites takes, and then some.
    void letTimePass()
    {
        consortium.advance(std::chrono::seconds(30));
        rounds().tick();
        rounds().tick();
    }
    void checkTrains(std::size_t site, std::uint32_t round) const
    {
        rounds().tick();
        CHECK(now(site).kind == Task::Kind::Train);
        CHECK(now(site).round == round);
    }
    [[nodiscard]] study::RoundReceipt receipt(std::uint32_t round) const
    {
        return study::decodeReceipt(rounds().receipts().at(round - 1).payload).value();
    }
    [[nodiscard]] std::string outcome(std::uint32_t round, std::size_t site) const { return receipt(round).entries.at(site).outcome; }
    [[nodiscard]] std::size_t count(EventKind kind) const
    {
        const auto all = events();
        return static_cast<std::size_t>(std::ranges::count_if(all, [&](const auto& event) { return event.kind == kind; }));
    }

    std::uint32_t given = 0;
};

/// Model after a round without the first site.
Digest32 modelWithoutFirst()
{
    OrderedStudy study({.rounds = 1});
    study.order(OrderAction::Exclude, 0);
    study.sites[1]->trainOnce();
    study.sites[2]->trainOnce();
    REQUIRE(study.aggregated(1));
    return study.last(EventKind::RoundAggregated)->digest;
}

template <typename T>
void refused(const Result<T>& result, const char* reason)
{
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::PolicyRefused);
    CHECK_MESSAGE(result.error().message.find(reason) != std::string::npos, result.error().message);
}

}  // namespace

TEST_CASE("Paused rounds: the one under way ends, and none is opened until they are resumed")
{
    OrderedStudy study({.rounds = 2});
    CHECK(study.sites[0]->trainOnce() == 1);
    study.order(OrderAction::Pause);
    CHECK(study.now(0).holdReason == "under\nreview");
    const auto paused = study.last(EventKind::RoundsPaused);
    REQUIRE(paused);
    CHECK(paused->actor == study.consortium.coordinator().member.id);
    CHECK(paused->count == 1);
    CHECK(paused->digest == study.sign(OrderAction::Pause, 1).payloadDigest());

    CHECK(study.sites[1]->trainOnce() == 1);
    CHECK(study.sites[2]->trainOnce() == 1);
    REQUIRE(study.aggregated(1));
    study.letTimePass();
    for (std::size_t site = 0; site < 3; ++site) CHECK(study.waits(site, Task::Hold::Paused));
    study.order(OrderAction::Resume);
    for (std::size_t site = 0; site < 3; ++site) study.checkTrains(site, 2);
    CHECK(study.last(EventKind::RoundsResumed)->count == 2);
}

TEST_CASE("A site that waits hears at once that the rounds are paused, excluded or resumed, and in one line why")
{
    OrderedStudy study({.rounds = 1});
    CHECK(study.sites[0]->trainOnce() == 1);
    const auto hears = [&](OrderAction action, std::optional<std::size_t> site) {
        auto waiting = std::async(std::launch::async, [&] { return study.sites[0]->task(); });
        // Long enough for the call to be there; one that comes later ends with the service's long poll, after 15 s.
        CHECK(waiting.wait_for(std::chrono::seconds(1)) == std::future_status::timeout);
        study.order(action, site);
        CHECK(waiting.wait_for(std::chrono::seconds(8)) == std::future_status::ready);
        return waiting.get();
    };
    const SiteTask paused = hears(OrderAction::Pause, {});
    CHECK(paused.kind == SiteTask::Kind::Wait);
    CHECK(paused.hold == SiteTask::Hold::Paused);
    CHECK(paused.holdReason == "under review");
    CHECK(hears(OrderAction::Exclude, 0).hold == SiteTask::Hold::Excluded);
    CHECK(hears(OrderAction::Readmit, 0).hold == SiteTask::Hold::Paused);
    const SiteTask resumed = hears(OrderAction::Resume, {});
    CHECK(resumed.kind == SiteTask::Kind::Wait);
    CHECK(resumed.hold == SiteTask::Hold::None);
    CHECK(resumed.holdReason.empty());
}

TEST_CASE("A pause before the first round holds it back")
{
    const SmallConsortium consortium({.rounds = 1});
    const auto service = startService(consortium);
    publish(consortium, service);
    approveAll(consortium, service);
    const auto coordinator = sessionOf(consortium, consortium.coordinator(), service);
    refused(coordinator->orderRounds(OrderAction::Pause, {}, "not yet", 1), "key is not released");
    releaseKey(consortium, service);
    must(coordinator->orderRounds(OrderAction::Pause, {}, "not yet", 1));
    startRounds(consortium, service);
    auto& rounds = service.server->registry().find(consortium.study()).value()->rounds();
    for (std::size_t i = 0; i < 3; ++i) must(FakeSite(consortium, service, i).join());
    rounds.tick();
    const auto& node = consortium.nodes[0].member;
    CHECK(rounds.nextTask(node, 0)->hold == Task::Hold::Paused);
    must(coordinator->orderRounds(OrderAction::Resume, {}, "now", 2));
    rounds.tick();
    CHECK(rounds.nextTask(node, 0)->kind == Task::Kind::Train);
    CHECK(rounds.nextTask(node, 0)->hold == Task::Hold::None);
}

TEST_CASE("A pause in the last round holds the results back, and then there is nothing left to pause")
{
    OrderedStudy study({.sites = 2, .rounds = 1});
    study.checkTrains(0, 1);
    study.order(OrderAction::Pause);
    for (const auto& site : study.sites) site->trainOnce();
    REQUIRE(study.aggregated(1));
    study.letTimePass();
    CHECK(study.waits(0, Task::Hold::Paused));
    study.killAndStartAnew();
    releaseKey(study.consortium, study.service);
    study.joinAll();
    study.letTimePass();
    CHECK(study.waits(0, Task::Hold::Paused));
    study.order(OrderAction::Resume);
    CHECK(study.now(0).kind == Task::Kind::Evaluate);
    refused(study.host().order(study.sign(OrderAction::Pause, 3)), "nothing to pause");

    // Who is excluded now is not waited for, and who is readmitted is asked.
    study.order(OrderAction::Exclude, 0);
    CHECK(study.waits(0, Task::Hold::Excluded));
    const study::Evaluation evaluation;
    const Digest32 model = study.last(EventKind::RoundAggregated)->digest;
    refused(study.sites[0]->client().reportResult(model, evaluation, evaluation), "excluded this site");
    study.order(OrderAction::Readmit, 0);
    CHECK(study.now(0).kind == Task::Kind::Evaluate);
    study.order(OrderAction::Exclude, 0);
    must(study.sites[1]->client().reportResult(model, evaluation, evaluation));
    study.rounds().tick();
    REQUIRE(study.last(EventKind::StudyFinished));
    refused(study.host().order(study.sign(OrderAction::Readmit, 6, siteId(0))), "finished");
}

TEST_CASE("A round that is resumed while it is open has its whole time again")
{
    OrderedStudy study({.rounds = 1});
    study.checkTrains(0, 1);
    const auto before = study.now(0).deadline;
    study.order(OrderAction::Pause);
    study.consortium.advance(std::chrono::seconds(40));
    CHECK(study.now(0).deadline == before);
    study.order(OrderAction::Resume);
    CHECK(study.now(0).deadline >= before + std::chrono::seconds(40));
    study.letTimePass();
    study.checkTrains(0, 1);
}

TEST_CASE("An excluded site's update does not count, the receipt says so, and the site is out until the round after its readmission")
{
    OrderedStudy study({.rounds = 4});
    const SiteTask task = study.sites[0]->task();
    must(study.sites[0]->submit(study.sites[0]->update(task)));
    const Digest32 update = study.last(EventKind::UpdateAccepted)->digest;
    study.order(OrderAction::Exclude, 0);
    const auto excluded = study.last(EventKind::SiteExcluded);
    CHECK(excluded->site == siteId(0));
    CHECK(excluded->actor == study.consortium.coordinator().member.id);
    const auto rejected = study.last(EventKind::UpdateRejected);
    CHECK(rejected->code == "excluded");
    CHECK(rejected->round == 1);
    CHECK(rejected->digest == update);
    CHECK(study.waits(0, Task::Hold::Excluded));
    CHECK(study.now(0).holdReason == "under\nreview");
    refused(study.sites[0]->submit(study.sites[0]->update(task)), "excluded this site");
    refused(study.sites[0]->client().fetchModel(task.modelDigest), "excluded this site");

    study.sites[1]->trainOnce();
    study.sites[2]->trainOnce();
    REQUIRE(study.aggregated(1));
    CHECK(study.outcome(1, 0) == "rejected:excluded");
    CHECK(study.receipt(1).entries[0].weight == 0);
    CHECK(study.outcome(1, 1) == "aggregated");
    CHECK(study.last(EventKind::RoundAggregated)->digest == modelWithoutFirst());

    // The next round is opened without it, and nobody waits for it.
    study.checkTrains(1, 2);
    CHECK(study.last(EventKind::RoundOpened)->count == 2);
    study.sites[1]->trainOnce();
    study.sites[2]->trainOnce();
    REQUIRE(study.aggregated(2));
    CHECK(study.outcome(2, 0) == "excluded");
    study.order(OrderAction::Readmit, 0);
    CHECK(study.waits(0, Task::Hold::None));
    study.sites[1]->trainOnce();
    study.sites[2]->trainOnce();
    REQUIRE(study.aggregated(3));
    for (std::size_t site = 0; site < 3; ++site) study.checkTrains(site, 4);
}

TEST_CASE("A site that is excluded and readmitted in one round waits for the next")
{
    OrderedStudy study({.rounds = 2});
    study.checkTrains(0, 1);
    study.order(OrderAction::Exclude, 0);
    study.order(OrderAction::Readmit, 0);
    CHECK(study.waits(0, Task::Hold::None));
    study.killAndStartAnew();
    releaseKey(study.consortium, study.service);
    study.joinAll();
    CHECK(study.waits(0, Task::Hold::None));
    study.sites[1]->trainOnce();
    study.sites[2]->trainOnce();
    REQUIRE(study.aggregated(1));
    CHECK(study.outcome(1, 0) == "rejected:excluded");
    study.checkTrains(0, 2);
}

TEST_CASE("An upload under way ends when its site is excluded, and does not come back with it")
{
    OrderedStudy study({.rounds = 1});
    const auto& node = study.consortium.nodes[0].member;
    const auto update = study.sites[0]->update(study.sites[0]->task());
    const study::UpdateFile& file = update.file;
    auto upload = study.rounds().beginUpload(node, {update.round, update.baseModel, file.digest(), file.values().size(),
                                                    toBytes(file.header()), update.metrics});
    REQUIRE(upload);
    study.order(OrderAction::Exclude, 0);
    CHECK(study.last(EventKind::UpdateRejected)->code == "excluded");
    refused((*upload)->add(0, file.values(), sha256(file.values())), "upload is ended");
    refused((*upload)->accept(), "excluded this site");
    study.order(OrderAction::Readmit, 0);
    refused((*upload)->add(0, file.values(), sha256(file.values())), "upload is ended");
    CHECK_FALSE((*upload)->accept());
    CHECK_FALSE(study.last(EventKind::UpdateAccepted));
    study.sites[1]->trainOnce();
    study.sites[2]->trainOnce();
    REQUIRE(study.aggregated(1));
}

TEST_CASE("Below the minimum of sites the study waits, whatever the time, and goes on when one is readmitted")
{
    OrderedStudy study({.rounds = 1, .minimumSites = 3});
    study.checkTrains(0, 1);
    study.order(OrderAction::Exclude, 0);
    study.sites[1]->trainOnce();
    study.sites[2]->trainOnce();
    REQUIRE(eventually([&] { return study.last(EventKind::RoundFailed).has_value(); }));
    CHECK(study.last(EventKind::RoundFailed)->code == "too-few-updates");
    study.letTimePass();
    for (std::size_t site = 1; site < 3; ++site) CHECK(study.waits(site, Task::Hold::None));
    CHECK(study.count(EventKind::RoundOpened) == 1);
    CHECK(study.host().log().read([](const auto& projection) { return projection.sitesLeft(); }) == 2);
    study.order(OrderAction::Readmit, 0);
    for (std::size_t site = 0; site < 3; ++site) study.checkTrains(site, 1);
}

TEST_CASE("A frozen study says so to its sites, and orders given meanwhile hold when it goes on")
{
    OrderedStudy study({.sites = 2, .rounds = 2});
    study.checkTrains(0, 1);
    must(sessionOf(study.consortium, study.consortium.auditors.front(), study.service)->stop(release::Revocation::Kind::Freeze, "test"));
    CHECK(study.waits(0, Task::Hold::Frozen));
    study.order(OrderAction::Pause);
    CHECK(study.waits(0, Task::Hold::Frozen));
    const Digest32 freeze = study.last(EventKind::StudyFrozen)->digest;
    for (std::size_t i = 0; i < study.consortium.protocol().quorum.threshold; ++i) {
        must(sessionOf(study.consortium, study.consortium.custodians[i], study.service)->stop(release::Revocation::Kind::Thaw, "test", freeze));
    }
    // The round was under way when it was paused.
    for (const auto& site : study.sites) CHECK(site->trainOnce() == 1);
    REQUIRE(study.aggregated(1));
    study.letTimePass();
    CHECK(study.waits(0, Task::Hold::Paused));
}

TEST_CASE("The newest order may be given twice; an old one, another number or another study's may not")
{
    OrderedStudy study({.sites = 2, .rounds = 2});
    const auto coordinator = sessionOf(study.consortium, study.consortium.coordinator(), study.service);
    const auto pause = study.sign(OrderAction::Pause, 1);
    must(coordinator->client().orderRounds(pause));
    must(coordinator->client().orderRounds(pause));
    CHECK(study.count(EventKind::RoundsPaused) == 1);
    refused(coordinator->orderRounds(OrderAction::Resume, {}, "skipped one", 3), "number 3, want 2");
    must(coordinator->orderRounds(OrderAction::Resume, {}, "done", 2));
    refused(coordinator->client().orderRounds(pause), "number 1, want 3");
    CHECK(study.count(EventKind::RoundsPaused) == 1);
    refused(coordinator->orderRounds(OrderAction::Exclude, siteId(7), "who?", 3), "does not have");

    const SmallConsortium other({.sites = 2});
    study::RoundOrder foreign{other.study(), other.verified().protocolDigest, 3, study.consortium.coordinator().member.id, OrderAction::Pause,
                              {}, "test", toSeconds(systemClock()())};
    const auto sign = [&] { return dsse::sign(study::kinds::kRoundOrder, study::encode(foreign), *study.consortium.coordinator().signer).value(); };
    CHECK_FALSE(coordinator->client().orderRounds(sign()));
    foreign.study = study.consortium.study();
    refused(coordinator->client().orderRounds(sign()), "another study or protocol");
    const auto record = coordinator->client().get(study.consortium.study()).value();
    REQUIRE(record.orders.size() == 2);
    CHECK(record.orders[0].envelope == pause);
    CHECK(record.orders[1].receivedAt > record.orders[0].receivedAt - std::chrono::seconds(1));
    CHECK(record.orders[0].receivedAt > UtcMillis());
}

TEST_CASE("Orders outlive the process, and none that was given before can be given again")
{
    OrderedStudy study({.rounds = 2});
    CHECK(study.sites[0]->trainOnce() == 1);
    CHECK(study.sites[1]->trainOnce() == 1);
    study.order(OrderAction::Pause);
    study.order(OrderAction::Exclude, 0);
    const auto before = study.rounds().orders();
    study.killAndStartAnew();
    refused(study.host().order(study.sign(OrderAction::Resume, 3)), "key is not released");
    releaseKey(study.consortium, study.service);
    REQUIRE(study.rounds().orders().size() == 2);
    CHECK(study.rounds().orders()[1].envelope == before[1].envelope);
    CHECK(study.rounds().orders()[1].at == before[1].at);
    refused(study.host().order(before[0].envelope), "number 1, want 3");
    CHECK(study.count(EventKind::RoundsPaused) == 1);
    study.joinAll();
    CHECK(study.waits(0, Task::Hold::Excluded));
    study.sites[2]->trainOnce();
    REQUIRE(study.aggregated(1));
    CHECK(study.outcome(1, 0) == "rejected:excluded");
    CHECK(study.outcome(1, 1) == "aggregated");
    CHECK(study.last(EventKind::RoundAggregated)->digest == modelWithoutFirst());
    study.letTimePass();
    CHECK(study.waits(1, Task::Hold::Paused));
    study.killAndStartAnew();
    releaseKey(study.consortium, study.service);
    study.joinAll();
    study.letTimePass();
    CHECK(study.waits(1, Task::Hold::Paused));
    study.order(OrderAction::Resume);
    study.checkTrains(1, 2);
    CHECK(study.waits(0, Task::Hold::Excluded));
}

TEST_CASE("A service that is killed between an order and what it does has done it when it is back")
{
    OrderedStudy study({.rounds = 1});
    CHECK(study.sites[0]->trainOnce() == 1);
    study.order(OrderAction::Pause);
    // A service on a clock that copies what is on the disk whenever it is asked, while the order is taken.
    const TemporaryFolder copies;
    std::atomic<int> copied = -1;
    const auto me = std::this_thread::get_id();
    const Clock clock = [&, plain = study.consortium.clock()] {
        if (copied >= 0 && std::this_thread::get_id() == me) {
            std::filesystem::copy(study.folder.path(), copies / std::to_string(copied++), std::filesystem::copy_options::recursive);
        }
        return plain();
    };
    study.service.server.reset();
    services::ServerOptions options{"127.0.0.1:0", study.consortium.authority.certificate(), study.consortium.verified().policyDigest,
                                    study.consortium.anchors, study.folder.path()};
    study.service.server = services::AggregationServer::start(options, simulated(study.consortium.serviceLaunch(), clock), clock, systemRandom()).value();
    study.service.address = "127.0.0.1:" + std::to_string(study.service.server->port());
    releaseKey(study.consortium, study.service);
    copied = 0;
    study.order(OrderAction::Exclude, 0);
    const int last = copied.exchange(-1);
    REQUIRE(last > 2);

    int withOrderAlone = 0;
    for (int i = 0; i < last; ++i) {
        study.service.server.reset();
        std::filesystem::remove_all(study.folder.path());
        std::filesystem::copy(copies / std::to_string(i), study.folder.path(), std::filesystem::copy_options::recursive);
        study.open();
        const std::size_t before = study.host().log().lastSequence();
        releaseKey(study.consortium, study.service);
        const auto events = study.events();
        const auto told = std::ranges::find_if(events, [](const auto& event) { return event.kind == EventKind::SiteExcluded; });
        const bool isKept = study.rounds().orders().size() == 2;
        CHECK((told != events.end()) == isKept);
        if (!isKept) continue;
        withOrderAlone += told->sequence > before ? 1 : 0;
        CHECK(told->count == 2);
        CHECK(study.count(EventKind::SiteExcluded) == 1);
        study.joinAll();
        CHECK(study.waits(0, Task::Hold::Excluded));
        CHECK(study.last(EventKind::UpdateRejected)->code == "excluded");
        study.order(OrderAction::Readmit, 0);
        CHECK(study.waits(0, Task::Hold::Paused));
        --study.given;
        study.sites[1]->trainOnce();
        study.sites[2]->trainOnce();
        REQUIRE(study.aggregated(1));
        CHECK(study.outcome(1, 0) == "rejected:excluded");
    }
    CHECK(withOrderAlone > 0);
}

TEST_CASE("A site that is excluded while the round is computed is not in what comes out")
{
    // Sites' privacy: noise is drawn while the sum is made, and the order comes with the draw.
    const study::PrivacyPlan privacy{study::PrivacyKind::SiteLevel, 50, 1e-3, 2, 0.5, 1, false, .5, .2, 0};
    SmallConsortium consortium({.rounds = 2, .privacy = privacy});
    std::atomic<bool> isArmed = false;
    std::function<void()> give;
    std::future<void> giving;
    const RandomSource random = [&](std::span<std::uint8_t> out) {
        if (isArmed.exchange(false)) giving = std::async(std::launch::async, give);
        // It cannot be taken while the lock is held, and is at once where it is given back.
        if (giving.valid()) giving.wait_for(std::chrono::milliseconds(200));
        return systemRandom()(out);
    };
    services::ServerOptions options{"127.0.0.1:0", consortium.authority.certificate(), consortium.verified().policyDigest, consortium.anchors, {}};
    RunningService service;
    service.server = services::AggregationServer::start(options, simulated(consortium.serviceLaunch(), consortium.clock()), consortium.clock(), random).value();
    service.address = "127.0.0.1:" + std::to_string(service.server->port());
    publish(consortium, service);
    approveAll(consortium, service);
    releaseKey(consortium, service);
    startRounds(consortium, service);
    std::vector<std::unique_ptr<FakeSite>> sites;
    for (std::size_t i = 0; i < 3; ++i) {
        sites.push_back(std::make_unique<FakeSite>(consortium, service, i));
        must(sites.back()->join());
    }
    auto& host = *service.server->registry().find(consortium.study()).value();
    const auto& me = consortium.coordinator();
    const study::RoundOrder order{consortium.study(), consortium.verified().protocolDigest, 1, me.member.id, OrderAction::Exclude, siteId(0), "test",
                                  toSeconds(consortium.clock()())};
    const auto envelope = dsse::sign(study::kinds::kRoundOrder, study::encode(order), *me.signer).value();
    give = [&] { must(host.order(envelope)); };
    sites[0]->trainOnce();
    sites[1]->trainOnce();
    // The third site does not answer: the round closes with the deadline, and nothing else is drawn before.
    isArmed = true;
    consortium.advance(std::chrono::seconds(61));
    REQUIRE(eventually([&] { return lastEvent(service, consortium.study(), EventKind::ReceiptSigned).has_value(); }));
    giving.get();
    const auto receipt = study::decodeReceipt(host.rounds().receipts().at(0).payload).value();
    CHECK(receipt.entries[0].outcome == "rejected:excluded");
    CHECK(receipt.entries[0].weight == 0);
    CHECK(receipt.entries[1].weight > 0);
    CHECK(receipt.entries[2].outcome == "missing");
    CHECK(lastEvent(service, consortium.study(), EventKind::RoundAggregated)->count == 1);
    // What the round cost is what one round costs.
    CHECK(receipt.privacy->steps == 1);
    CHECK(receipt.privacy->epsilonTotal == receipt.privacy->epsilonOfRound);
    // Who is excluded is not drawn.
    must(sites[2]->join());
    CHECK(eventually([&] { return lastEvent(service, consortium.study(), EventKind::RoundOpened)->round == 2; }));
    CHECK(lastEvent(service, consortium.study(), EventKind::RoundOpened)->count == 2);
}
