// SPDX-License-Identifier: GPL-3.0-or-later
// Rounds over a bad link to a service that is killed again and again: connections are delayed and cut (FaultLink), messages come
// twice, late and in another order (UnrulyNetwork). QUORATE_FAULT_SITES, _ROUNDS and _KILLS make it longer: `./dev faults` has 71
// sites, 50 rounds and 30 kills.
#include <doctest/doctest.h>
#include <random>
#include <thread>

#include "core/crypto/dsse.h"
#include "core/study/receipt.h"
#include "tests/services/support/fault_link.h"
#include "tests/services/support/light_site.h"
#include "tests/services/support/service_process.h"
#include "tests/services/support/study_events.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

struct Outcome {
    Digest32 model;
    std::vector<dsse::Envelope> receipts;
    std::vector<SeenReceipt> seen;
    unsigned cuts = 0;
    unsigned kills = 0;
    unsigned sessions = 0;
    unsigned rejections = 0;
};

constexpr int kReleaseAttempts = 5;
/// A model of two chunks, so that a cut, a kill or another order can come between them.
constexpr std::uint32_t kHiddenUnits = 600;

struct Faults {
    unsigned kills = 0;
    unsigned cutOneIn = 0;
    unsigned delayMs = 0;
    UnrulyNetwork* network = nullptr;
};

/// The people release the key to the process that is there now, and try again when one of their calls did not get through.
void releaseAgain(const SmallConsortium& consortium, const ServiceProcess& process)
{
    for (int attempt = 1;; ++attempt) {
        try {
            releaseKey(consortium, process.service());
            return;
        } catch (const std::exception& error) {
            MESSAGE("release, attempt ", attempt, ": ", error.what());
            if (attempt == kReleaseAttempts) throw;
        }
    }
}

/// Lets the sites' threads end however the run does: they are joined behind it.
struct StopAtEnd {
    std::atomic<bool>& stop;
    ~StopAtEnd() { stop = true; }
};

study::RoundReceipt read(const dsse::Envelope& envelope) { return study::decodeReceipt(envelope.payload).value(); }

Outcome play(const SmallConsortium& consortium, const Faults& faults)
{
    const TemporaryFolder folder;
    ServiceProcess process(consortium, folder.path());
    FaultLink link(7, faults.cutOneIn, faults.delayMs);
    publish(consortium, process.service());
    approveAll(consortium, process.service());
    releaseKey(consortium, process.service());
    startRounds(consortium, process.service());
    link.leadTo(process.port());

    std::vector<std::unique_ptr<LightSite>> sites;
    for (std::size_t i = 0; i < consortium.nodes.size(); ++i) {
        sites.push_back(std::make_unique<LightSite>(consortium, i, link.address(), LightSite::Conditions{nullptr, faults.network}));
    }
    std::atomic<bool> stop{false};
    std::atomic<std::size_t> done{0};
    std::vector<std::jthread> threads;
    for (const auto& site : sites) {
        threads.emplace_back([&, one = site.get()] {
            one->run(stop);
            ++done;
        });
    }
    const StopAtEnd stopAtEnd{stop};
    Outcome out;
    std::mt19937 random(11);
    while (out.kills < faults.kills && done < sites.size()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % fromEnvironment("QUORATE_FAULT_KILL_MS", 600)));
        link.leadTo(0);
        process.killAndStartAnew();
        ++out.kills;
        releaseAgain(consortium, process);
        link.leadTo(process.port());
    }
    const bool isOver = eventually([&] { return done == sites.size(); }, std::chrono::minutes(8));
    stop = !isOver;
    threads.clear();
    const auto session = sessionOf(consortium, consortium.coordinator(), process.service());
    const auto record = session->client().get(consortium.study()).value();
    for (const auto& receipt : record.receipts) out.receipts.push_back(receipt.envelope);
    for (const auto& site : sites) out.seen.push_back(site->seen());
    for (const auto& site : sites) out.sessions += site->sessions();
    out.cuts = link.cuts();
    REQUIRE(isOver);
    for (const auto& event : eventsOf(*session, consortium.study())) {
        if (event.kind == study::EventKind::UpdateRejected) ++out.rejections;
    }
    REQUIRE_FALSE(out.receipts.empty());
    out.model = read(out.receipts.back()).newModel;
    return out;
}

}  // namespace

TEST_CASE("Rounds over a link that cuts, delays, repeats and reorders, at a service that is killed, end with the model of an undisturbed run")
{
    ConsortiumOptions options;
    options.sites = fromEnvironment("QUORATE_FAULT_SITES", 5);
    options.rounds = fromEnvironment("QUORATE_FAULT_ROUNDS", 4);
    options.roundDeadlineSeconds = 600;
    options.minimumSites = static_cast<std::uint32_t>(options.sites);
    options.change = [](study::StudyProtocol& protocol) {
        protocol.model = {study::ModelKind::MultilayerPerceptron, protocol.model.inputs, 1, kHiddenUnits, 2, 0, {}};
    };
    const SmallConsortium consortium(options);
    const Outcome undisturbed = play(consortium, {});
    UnrulyNetwork network;
    const Outcome disturbed = play(consortium, {fromEnvironment("QUORATE_FAULT_KILLS", 4), 2, 3, &network});
    MESSAGE("kills ", disturbed.kills, ", cuts ", disturbed.cuts, ", sessions ", disturbed.sessions, " of ", options.sites, " sites");
    MESSAGE("chunks repeated ", network.repeatedChunks.load(), ", swapped ", network.swappedChunks.load(), "; updates repeated ",
            network.repeatedUpdates.load(), ", late ", network.lateUpdates.load());
    CHECK(network.repeatedChunks > 0);
    CHECK(network.swappedChunks > 0);
    CHECK(network.lateUpdates > 0);
    CHECK(network.lateTaken == 0);
    // A rejected update costs its site the round, whoever brought it.
    CHECK(disturbed.rejections == 0);
    CHECK(disturbed.kills == fromEnvironment("QUORATE_FAULT_KILLS", 4));
    CHECK(disturbed.model == undisturbed.model);

    Digest32 previous;
    Digest32 base = read(undisturbed.receipts.front()).baseModel;
    REQUIRE(disturbed.receipts.size() == options.rounds);
    for (std::size_t i = 0; i < disturbed.receipts.size(); ++i) {
        CAPTURE(i);
        const auto receipt = read(disturbed.receipts[i]);
        const auto same = read(undisturbed.receipts[i]);
        CHECK(receipt.round == i + 1);
        CHECK(receipt.previousReceipt == previous);
        CHECK(receipt.baseModel == base);
        // Every update once, with the weight and the outcome that it has without faults.
        CHECK(receipt.entries == same.entries);
        CHECK(receipt.newModel == same.newModel);
        previous = disturbed.receipts[i].payloadDigest();
        base = receipt.newModel;
    }
    for (const auto& seen : disturbed.seen) {
        CHECK(seen.round == options.rounds);
        CHECK(seen.digest == previous);
    }
}
