// SPDX-License-Identifier: GPL-3.0-or-later
// Many sites at one service, the real program. QUORATE_SCALE_SITES, _HIDDEN (units in each of two layers; 0: logistic regression)
// and _ROUNDS make it larger: `./dev scale` has 71 sites with 25 million parameters, and 1,000 sites.
#include <doctest/doctest.h>
#include <set>

#include "core/study/receipt.h"
#include "tests/services/support/light_site.h"
#include "tests/services/support/service_process.h"
#include "tests/services/support/study_events.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

/// Sites that hold an update in this process at once.
constexpr std::ptrdiff_t kPlaces = 8;

ConsortiumOptions options()
{
    const auto hidden = fromEnvironment("QUORATE_SCALE_HIDDEN", 0);
    ConsortiumOptions out;
    out.sites = fromEnvironment("QUORATE_SCALE_SITES", 12);
    out.rounds = fromEnvironment("QUORATE_SCALE_ROUNDS", 2);
    out.roundDeadlineSeconds = 1800;
    out.minimumSites = static_cast<std::uint32_t>(out.sites);
    if (hidden > 0) {
        out.change = [hidden](study::StudyProtocol& protocol) {
            protocol.model = {study::ModelKind::MultilayerPerceptron, protocol.model.inputs, 1, hidden, 2, 0, {}};
        };
    }
    return out;
}

/// Tells how long each round took; no promise is made about it here.
void tell(const SmallConsortium& consortium, const std::vector<study::StudyEvent>& events, long peakKiB)
{
    UtcMillis opened;
    for (const auto& event : events) {
        if (event.kind == study::EventKind::RoundOpened) opened = event.at;
        if (event.kind == study::EventKind::RoundAggregated) {
            MESSAGE("round ", event.round, ": ", (event.at - opened).count(), " ms, ", event.count, " updates");
        }
    }
    const auto parameters = learning::elementsOf(learning::manifestOf(consortium.protocol().model).value());
    MESSAGE(consortium.nodes.size(), " sites, ", parameters, " parameters; the service's peak memory: ", peakKiB / 1024, " MiB");
}

}  // namespace

TEST_CASE("All sites' updates of all rounds are in the receipts, however many wait for their turn")
{
    const SmallConsortium consortium(options());
    const TemporaryFolder folder;
    const ServiceProcess process(consortium, folder.path());
    publish(consortium, process.service());
    approveAll(consortium, process.service());
    releaseKey(consortium, process.service());
    startRounds(consortium, process.service());
    std::counting_semaphore<> places(kPlaces);
    std::atomic<bool> stop{false};
    std::vector<std::unique_ptr<LightSite>> sites;
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < consortium.nodes.size(); ++i) {
        sites.push_back(std::make_unique<LightSite>(consortium, i, process.service().address, LightSite::Conditions{&places, nullptr}));
        threads.emplace_back([&stop, site = sites.back().get()] { site->run(stop); });
    }
    threads.clear();

    const auto session = sessionOf(consortium, consortium.coordinator(), process.service());
    const auto record = session->client().get(consortium.study()).value();
    REQUIRE(record.receipts.size() == consortium.protocol().plan.rounds);
    for (const auto& kept : record.receipts) {
        const auto receipt = study::decodeReceipt(kept.envelope.payload).value();
        std::set<Uuid> aggregated;
        for (const auto& entry : receipt.entries) {
            if (entry.outcome == "aggregated") aggregated.insert(entry.site);
        }
        CHECK(aggregated.size() == consortium.nodes.size());
    }
    unsigned sessions = 0;
    for (const auto& site : sites) sessions += site->sessions();
    MESSAGE(sessions, " sessions");
    tell(consortium, eventsOf(*session, consortium.study()), process.peakMemoryKiB());
}
