// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/round_privacy.h"

#include <doctest/doctest.h>

#include <array>

#include "core/privacy/renyi.h"
#include "core/study/receipt.h"
#include "tests/services/support/fake_site.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::tests;
using services::RoundPrivacy;
using study::EventKind;
using study::PrivacyKind;
using study::PrivacyPlan;

namespace {

double epsilonOf(const PrivacyPlan& plan, std::uint64_t rounds)
{
    return privacy::renyiEpsilon(std::array{privacy::SampledGaussian{plan.samplingRate, plan.noiseMultiplier, rounds}}, plan.delta)->epsilon;
}

/// Site level, with a budget for so many rounds and a half.
PrivacyPlan planFor(std::uint64_t rounds, double rate = 1)
{
    PrivacyPlan plan{PrivacyKind::SiteLevel, 0, 1e-3, 2, 0.5, rate, false, .5, .2, 0};
    plan.epsilon = (epsilonOf(plan, rounds) + epsilonOf(plan, rounds + 1)) / 2;
    return plan;
}

struct PrivateStudy {
    explicit PrivateStudy(const PrivacyPlan& privacy, std::uint32_t rounds = 10) : consortium({.rounds = rounds, .privacy = privacy})
    {
        service = startService(consortium, nullptr, "127.0.0.1:0", folder.path());
        publish(consortium, service);
        approveAll(consortium, service);
        releaseKey(consortium, service);
        startRounds(consortium, service);
        connect();
    }
    void connect()
    {
        std::vector<SeenReceipt> seen(consortium.nodes.size());
        for (std::size_t i = 0; i < sites.size(); ++i) seen[i] = sites[i]->seen();
        sites.clear();
        for (std::size_t i = 0; i < consortium.nodes.size(); ++i) {
            sites.push_back(std::make_unique<FakeSite>(consortium, service, i));
            sites.back()->remember(seen[i]);
            must(sites.back()->join());
        }
    }
    [[nodiscard]] std::optional<study::StudyEvent> last(EventKind kind) const { return lastEvent(service, consortium.study(), kind); }
    [[nodiscard]] bool isClosed(std::uint32_t round) const
    {
        return eventually([&] {
            const auto event = last(EventKind::ReceiptSigned);
            return event && event->round >= round;
        });
    }
    [[nodiscard]] std::vector<study::RoundReceipt> receipts() const
    {
        std::vector<study::RoundReceipt> out;
        for (const auto& envelope : service.server->registry().find(consortium.study()).value()->rounds().receipts()) {
            out.push_back(study::decodeReceipt(envelope.payload).value());
        }
        return out;
    }

    SmallConsortium consortium;
    TemporaryFolder folder;
    RunningService service;
    std::vector<std::unique_ptr<FakeSite>> sites;
};

study::StudyProtocol protocolWith(const PrivacyPlan& plan)
{
    study::StudyProtocol protocol;
    for (std::size_t i = 0; i < 10; ++i) protocol.sites.push_back({siteId(i), {}, {}, false, {}});
    protocol.plan.privacy = plan;
    return protocol;
}

}  // namespace

TEST_CASE("A run ends with the last round that its privacy budget allows, and says so")
{
    PrivateStudy open(planFor(2));
    for (std::uint32_t round = 1; round <= 2; ++round) {
        for (const auto& site : open.sites) site->trainOnce();
        REQUIRE(open.isClosed(round));
    }
    REQUIRE(eventually([&] { return open.last(EventKind::PrivacyBudgetReached).has_value(); }));
    const auto reached = open.last(EventKind::PrivacyBudgetReached);
    CHECK(reached->round == 2);
    CHECK(reached->epsilon == open.receipts().back().privacy->epsilonTotal);
    CHECK_FALSE(open.last(EventKind::RoundOpened)->round > 2);
    for (const auto& site : open.sites) {
        const SiteTask task = site->task();
        REQUIRE(task.kind == SiteTask::Kind::Evaluate);
        must(site->client().reportResult(task.modelDigest, {1, 1, 1, {}, 0, {}, {}}, {1, 1, 1, {}, 0, {}, {}}));
    }
    REQUIRE(eventually([&] { return open.last(EventKind::StudyFinished).has_value(); }));

    const auto receipts = open.receipts();
    REQUIRE(receipts.size() == 2);
    const PrivacyPlan& plan = open.consortium.protocol().plan.privacy;
    for (std::size_t i = 0; i < 2; ++i) {
        REQUIRE(receipts[i].privacy);
        CHECK(receipts[i].privacy->epsilonTotal == doctest::Approx(epsilonOf(plan, i + 1)).epsilon(1e-9));
        CHECK(receipts[i].privacy->epsilonTotal <= plan.epsilon);
        CHECK(receipts[i].privacy->delta == plan.delta);
        CHECK(receipts[i].privacy->clipNorm == plan.clipNorm);
    }
    CHECK(receipts[0].privacy->epsilonOfRound + receipts[1].privacy->epsilonOfRound == doctest::Approx(receipts[1].privacy->epsilonTotal));
}

TEST_CASE("A killed service does not forget what was spent")
{
    PrivateStudy open(planFor(2));
    for (const auto& site : open.sites) site->trainOnce();
    REQUIRE(open.isClosed(1));
    open.service.server.reset();
    open.service = startService(open.consortium, nullptr, "127.0.0.1:0", open.folder.path());
    releaseKey(open.consortium, open.service);
    open.connect();
    for (const auto& site : open.sites) site->trainOnce();
    REQUIRE(open.isClosed(2));
    REQUIRE(eventually([&] { return open.last(EventKind::PrivacyBudgetReached).has_value(); }));
    CHECK(open.receipts().back().privacy->epsilonTotal == doctest::Approx(epsilonOf(open.consortium.protocol().plan.privacy, 2)).epsilon(1e-9));
}

TEST_CASE("A round in which no site was drawn gives out noise, as any other")
{
    PrivacyPlan plan = planFor(3, 1e-6);
    PrivateStudy open(plan, 2);
    REQUIRE(open.isClosed(2));
    for (const auto& receipt : open.receipts()) {
        CHECK(receipt.newModel != receipt.baseModel);
        for (const auto& entry : receipt.entries) CHECK(entry.outcome == "missing");
    }
    CHECK_FALSE(open.last(EventKind::RoundFailed));
}

TEST_CASE("An adaptive clipping norm goes from one receipt to the next")
{
    PrivacyPlan plan = planFor(5);
    plan.adaptiveClipping = true;
    plan.countNoise = 3;
    PrivateStudy open(plan, 2);
    for (std::uint32_t round = 1; round <= 2; ++round) {
        for (const auto& site : open.sites) site->trainOnce();
        REQUIRE(open.isClosed(round));
    }
    const auto receipts = open.receipts();
    CHECK(receipts[0].privacy->clipNorm == plan.clipNorm);
    CHECK(receipts[0].privacy->nextClipNorm != plan.clipNorm);
    CHECK(receipts[1].privacy->clipNorm == receipts[0].privacy->nextClipNorm);
}

TEST_CASE("Receipts that spent more than the budget, or say nothing of it, are not gone on from")
{
    const PrivacyPlan plan = planFor(1);
    std::vector<study::RoundReceipt> receipts(2);
    for (std::uint32_t i = 0; i < 2; ++i) {
        receipts[i].round = i + 1;
        receipts[i].privacy = study::PrivacySpent{1, 2, 1, 0.5, 0.5, 1, 1, 1e-3};
    }
    CHECK(RoundPrivacy::restore(protocolWith(plan), {receipts[0]}));
    CHECK(RoundPrivacy::restore(protocolWith(plan), receipts).error().kind == ErrorKind::PolicyRefused);
    receipts[0].privacy.reset();
    CHECK_FALSE(RoundPrivacy::restore(protocolWith(plan), {receipts[0]}));
    CHECK(RoundPrivacy::restore(protocolWith({}), {receipts[0]}));
}

TEST_CASE("Sites are drawn at site level only, and what is charged is what the plan costs")
{
    std::set<Uuid> ready;
    for (std::size_t i = 0; i < 10; ++i) ready.insert(siteId(i));
    const auto plain = RoundPrivacy::restore(protocolWith({}), {});
    CHECK(*plain->sample(ready, systemRandom()) == ready);
    CHECK(plain->allowsAnother());
    CHECK_FALSE(plain->siteRound());
    CHECK_FALSE(plain->spent());
    CHECK(plain->fewestUpdates() == study::TrainingPlan().minimumSites);

    const auto half = RoundPrivacy::restore(protocolWith(planFor(3, 0.5)), {});
    std::size_t drawn = 0;
    for (int i = 0; i < 200; ++i) drawn += half->sample(ready, systemRandom())->size();
    CHECK(drawn > 800);
    CHECK(drawn < 1200);
    CHECK(half->siteRound()->denominator == 5);
    CHECK(half->fewestUpdates() == 0);

    PrivacyPlan atSites = planFor(3);
    atSites.kind = PrivacyKind::RecordLevel;
    atSites.epsilon = 100;
    auto records = RoundPrivacy::restore(protocolWith(atSites), {});
    CHECK(*records->sample(ready, systemRandom()) == ready);
    CHECK_FALSE(records->siteRound());
    const auto spent = records->charge(1, 0, 0, systemRandom());
    REQUIRE(spent);
    CHECK((*spent)->steps == study::TrainingPlan().localSteps);
}
