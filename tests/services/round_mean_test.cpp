// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "tests/services/support/kept_study.h"

using namespace quorate;
using namespace quorate::tests;
using study::EventKind;
namespace fs = std::filesystem;

namespace {

/// Nothing that lies in the state folder of an update can be read from now on.
std::size_t spoilUpdates(const KeptStudy& study)
{
    std::size_t spoiled = 0;
    for (const auto& entry : fs::directory_iterator(study.studyFolder())) {
        if (!entry.path().filename().string().starts_with("update-")) continue;
        writeBytes(entry.path(), Bytes(readBytes(entry.path()).size(), 0));
        ++spoiled;
    }
    return spoiled;
}

ConsortiumOptions planned(study::AggregationRule rule, double clipNorm = 0)
{
    ConsortiumOptions out{.rounds = 1, .rule = rule};
    out.change = [clipNorm](study::StudyProtocol& protocol) { protocol.plan.aggregation.clipNorm = clipNorm; };
    return out;
}

}  // namespace

TEST_CASE("Updates of a plain mean are added as they come: closing the round reads none of them")
{
    for (const auto rule : {study::AggregationRule::FedAvg, study::AggregationRule::FedAdam}) {
        CAPTURE(std::string(study::nameOf(rule)));
        KeptStudy undisturbed(planned(rule));
        for (const auto& site : undisturbed.sites) site->trainOnce();
        REQUIRE(undisturbed.aggregated(1));
        KeptStudy spoilt(planned(rule));
        spoilt.sites[2]->trainOnce();
        spoilt.sites[0]->trainOnce();
        CHECK(spoilUpdates(spoilt) == 2);
        spoilt.sites[1]->trainOnce();
        REQUIRE(spoilt.aggregated(1));
        CHECK(spoilt.last(EventKind::RoundAggregated)->digest == undisturbed.last(EventKind::RoundAggregated)->digest);
    }
}

TEST_CASE("What is added as it comes and what is read at the end make the same model")
{
    // A norm that clips nothing has every update read.
    KeptStudy read(planned(study::AggregationRule::FedAvg, 1e6));
    KeptStudy added(planned(study::AggregationRule::FedAvg));
    for (const auto& site : read.sites) site->trainOnce();
    for (const auto& site : added.sites) site->trainOnce();
    REQUIRE(read.aggregated(1));
    REQUIRE(added.aggregated(1));
    CHECK(read.last(EventKind::RoundAggregated)->digest == added.last(EventKind::RoundAggregated)->digest);
}

TEST_CASE("A rule that reads the updates notices that they cannot be read, and the round gives no model")
{
    KeptStudy study(planned(study::AggregationRule::CoordinateMedian));
    study.sites[0]->trainOnce();
    study.sites[1]->trainOnce();
    CHECK(spoilUpdates(study) == 2);
    study.sites[2]->trainOnce();
    REQUIRE(eventually([&] { return study.last(EventKind::RoundFailed).has_value(); }));
    CHECK_FALSE(study.last(EventKind::RoundAggregated));
}
