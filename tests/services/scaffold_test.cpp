// SPDX-License-Identifier: GPL-3.0-or-later
// SCAFFOLD through the real engine and the real site's half, against the simulation of the same rounds.
#include <doctest/doctest.h>
#include <thread>

#include "learning/open_model.h"
#include "learning/rules/scaffold.h"
#include "learning/simulation.h"
#include "services/site_agent/site_agent.h"
#include "tests/services/support/fake_site.h"
#include "tests/services/support/hospital_files.h"

using namespace quorate;
using namespace quorate::tests;
using services::LocalRounds;
using study::EventKind;

namespace {

void open(const SmallConsortium& consortium, const RunningService& service)
{
    publish(consortium, service);
    approveAll(consortium, service);
    releaseKey(consortium, service);
    startRounds(consortium, service);
}

using Takers = std::vector<std::vector<std::size_t>>;

/// Digest of what sites are sent after the last round, when these sites take part in each: model and control variate.
Digest32 expectedDigest(const SmallConsortium& of, const std::vector<services::SiteConfig>& configs, const Takers& takers)
{
    std::vector<learning::SimulatedSite> sites;
    for (const auto& config : configs) sites.push_back({config.site.code, &config.dataset.train});
    learning::SimulationHooks hooks;
    hooks.choose = [&](std::uint32_t round) {
        std::vector<learning::SimulatedTask> tasks;
        for (const std::size_t site : takers[round - 1]) tasks.push_back({site, 0});
        return tasks;
    };
    learning::ModelWeights sent;
    hooks.watch = [&](std::uint32_t, const learning::ModelWeights& model, const learning::ServerState& state) {
        sent = {learning::withControls(model.tensors), model.values};
        sent.values.insert(sent.values.end(), state.control.begin(), state.control.end());
    };
    const auto& protocol = of.protocol();
    auto start = learning::initialWeights(protocol.model, protocol.plan.seed).value();
    must(learning::simulate(*learning::builtInModel(protocol.model).value(), protocol.plan, sites, std::move(start), hooks));
    return learning::digestOf(sent).value();
}

/// A site step by step: what the agent does, so that it can be stopped in between. It keeps nothing but its files.
struct SteppedSite {
    SteppedSite(const SmallConsortium& of, const RunningService& service, std::size_t site, const services::SiteConfig& loaded)
        : node(of, service, site), config(loaded)
    {
    }

    void join() const
    {
        must(node.client().beginJoin());
        must(node.client().join(nullptr, {}, node.key().publicKey(), config.dataset.train.records()));
    }
    [[nodiscard]] Result<SiteUpdate> train() const
    {
        const SiteTask task = node.task();
        if (task.kind != SiteTask::Kind::Train) throw std::runtime_error("no training is asked for");
        const LocalRounds local(config, node.key(), systemRandom());
        const auto sealed = node.client().fetchModel(task.modelDigest).value();
        return local.train(task, local.openModel(task, sealed).value(), {});
    }
    void trainAndSend() const { must(node.submit(train().value())); }

    FakeSite node;
    const services::SiteConfig& config;
};

}  // namespace

TEST_CASE("Two sites' agents and the service make of SCAFFOLD what the simulation makes of it")
{
    const SmallConsortium of({.sites = 2, .rounds = 3, .rule = study::AggregationRule::Scaffold});
    const auto service = startService(of);
    open(of, service);
    const Hospital first(of, 0);
    const Hospital second(of, 1);
    std::vector<services::SiteConfig> configs;
    for (const Hospital* hospital : {&first, &second}) configs.push_back(hospital->load().value());
    std::vector<Result<void>> ends(2, fail(ErrorKind::Internal, "did not run"));
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < 2; ++i) {
        threads.emplace_back([&, i] {
            ends[i] = services::SiteAgent(configs[i], service.address, of.anchors, nullptr, of.clock(), systemRandom()).run();
        });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& end : ends) CHECK(end);
    const auto finished = lastEvent(service, of.study(), EventKind::StudyFinished);
    REQUIRE(finished);
    CHECK(finished->digest == expectedDigest(of, configs, {{0, 1}, {0, 1}, {0, 1}}));
}

TEST_CASE("An update that was lost, a site that was away and a service that was started anew leave the control variates in step")
{
    SmallConsortium of({.sites = 3, .rounds = 4, .roundDeadlineSeconds = 60, .rule = study::AggregationRule::Scaffold});
    const TemporaryFolder folder;
    auto service = startService(of, nullptr, "127.0.0.1:0", folder.path());
    open(of, service);
    std::vector<std::unique_ptr<Hospital>> hospitals;
    std::vector<services::SiteConfig> configs;
    for (std::size_t i = 0; i < 3; ++i) {
        hospitals.push_back(std::make_unique<Hospital>(of, i));
        configs.push_back(hospitals.back()->load().value());
    }
    std::vector<std::unique_ptr<SteppedSite>> sites;
    const auto connect = [&] {
        sites.clear();
        for (std::size_t i = 0; i < 3; ++i) sites.push_back(std::make_unique<SteppedSite>(of, service, i, configs[i]));
        for (const auto& site : sites) site->join();
    };
    const auto aggregated = [&](std::uint32_t round) {
        return eventually([&] {
            const auto event = lastEvent(service, of.study(), EventKind::ReceiptSigned);
            return event && event->round >= round;
        });
    };
    connect();
    for (const auto& site : sites) site->trainAndSend();
    REQUIRE(aggregated(1));
    // Trained, and never sent.
    CHECK(sites[2]->train());
    for (std::size_t i = 0; i < 2; ++i) sites[i]->trainAndSend();
    of.advance(std::chrono::seconds(61));
    REQUIRE(aggregated(2));
    // Round 3 is under way without it; round 4 has it again.
    sites[2]->join();
    for (std::size_t i = 0; i < 2; ++i) sites[i]->trainAndSend();
    REQUIRE(aggregated(3));
    service.server.reset();
    service = startService(of, nullptr, "127.0.0.1:0", folder.path());
    releaseKey(of, service);
    connect();
    for (const auto& site : sites) site->trainAndSend();
    REQUIRE(aggregated(4));
    CHECK(lastEvent(service, of.study(), EventKind::RoundAggregated)->digest ==
          expectedDigest(of, configs, {{0, 1, 2}, {0, 1}, {0, 1}, {0, 1, 2}}));
}

TEST_CASE("A site that is excluded with its update in and readmitted later leaves the control variates in step")
{
    const SmallConsortium of({.sites = 3, .rounds = 4, .rule = study::AggregationRule::Scaffold});
    const auto service = startService(of);
    open(of, service);
    std::vector<std::unique_ptr<Hospital>> hospitals;
    std::vector<services::SiteConfig> configs;
    std::vector<std::unique_ptr<SteppedSite>> sites;
    for (std::size_t i = 0; i < 3; ++i) {
        hospitals.push_back(std::make_unique<Hospital>(of, i));
        configs.push_back(hospitals.back()->load().value());
    }
    for (std::size_t i = 0; i < 3; ++i) {
        sites.push_back(std::make_unique<SteppedSite>(of, service, i, configs[i]));
        sites.back()->join();
    }
    const auto coordinator = sessionOf(of, of.coordinator(), service);
    const auto closed = [&](std::uint32_t round) {
        return eventually([&] {
            const auto event = lastEvent(service, of.study(), EventKind::ReceiptSigned);
            return event && event->round >= round;
        });
    };
    for (const auto& site : sites) site->trainAndSend();
    REQUIRE(closed(1));
    sites[0]->trainAndSend();
    must(coordinator->orderRounds(study::OrderAction::Exclude, siteId(0), "test", 1));
    for (std::size_t i = 1; i < 3; ++i) sites[i]->trainAndSend();
    REQUIRE(closed(2));
    must(coordinator->orderRounds(study::OrderAction::Readmit, siteId(0), "test", 2));
    for (std::size_t i = 1; i < 3; ++i) sites[i]->trainAndSend();
    REQUIRE(closed(3));
    for (const auto& site : sites) site->trainAndSend();
    REQUIRE(closed(4));
    CHECK(lastEvent(service, of.study(), EventKind::RoundAggregated)->digest ==
          expectedDigest(of, configs, {{0, 1, 2}, {1, 2}, {1, 2}, {0, 1, 2}}));
}

TEST_CASE("A site whose control variate was lost does not go on with another one")
{
    const SmallConsortium of({.sites = 2, .rounds = 2, .rule = study::AggregationRule::Scaffold});
    const auto service = startService(of);
    open(of, service);
    const Hospital hospital(of, 0);
    const Hospital other(of, 1);
    const auto config = hospital.load().value();
    const auto otherConfig = other.load().value();
    const SteppedSite first(of, service, 0, config);
    const SteppedSite second(of, service, 1, otherConfig);
    first.join();
    second.join();
    first.trainAndSend();
    second.trainAndSend();
    REQUIRE(eventually([&] { return lastEvent(service, of.study(), EventKind::ReceiptSigned).has_value(); }));
    REQUIRE(std::filesystem::remove(hospital.files.identity / ("control-" + toHex(of.study()))));
    const auto refused = first.train();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("keeps no control variate") != std::string::npos);
    CHECK(second.train());
}
