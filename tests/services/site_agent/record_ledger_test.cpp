// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/record_ledger.h"

#include <array>
#include <doctest/doctest.h>

#include "core/privacy/renyi.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::tests;
using services::RecordLedger;

namespace {

double epsilonOf(const study::TrainingPlan& plan, std::uint64_t trainings)
{
    const privacy::SampledGaussian all{plan.privacy.samplingRate, plan.privacy.noiseMultiplier, trainings * plan.localSteps};
    return privacy::renyiEpsilon(std::array{all}, plan.privacy.delta).value().epsilon;
}

/// A budget for two trainings and a half.
study::StudyProtocol protocol()
{
    study::StudyProtocol out;
    out.id.bytes[0] = 7;
    out.plan.localSteps = 20;
    out.plan.privacy = {study::PrivacyKind::RecordLevel, 0, 1e-5, 1.1, 1, 0.1, false, .5, .2, 0};
    out.plan.privacy.epsilon = (epsilonOf(out.plan, 2) + epsilonOf(out.plan, 3)) / 2;
    return out;
}

std::filesystem::path fileIn(const TemporaryFolder& folder) { return folder / ("privacy-" + toHex(protocol().id) + ".txt"); }

}  // namespace

TEST_CASE("what a site's records have spent is the accountant's epsilon, across starts of the agent")
{
    const TemporaryFolder folder;
    CHECK(RecordLedger(folder.path(), protocol(), {}).spent().value() == 0);
    for (std::uint64_t trainings = 1; trainings <= 2; ++trainings) {
        const auto spent = RecordLedger(folder.path(), protocol(), {}).charge();
        REQUIRE(spent);
        CHECK(*spent == doctest::Approx(epsilonOf(protocol().plan, trainings)).epsilon(1e-12));
        CHECK(RecordLedger(folder.path(), protocol(), {}).spent().value() == *spent);
    }
}

TEST_CASE("the training that would exceed the budget or the hospital's own limit is refused and not written down")
{
    const TemporaryFolder folder;
    const RecordLedger ledger(folder.path(), protocol(), {});
    REQUIRE(ledger.charge());
    // The hospital allows less than the study.
    const RecordLedger strict(folder.path(), protocol(), epsilonOf(protocol().plan, 1) * 1.01);
    CHECK(strict.requireRoom().error().kind == ErrorKind::PolicyRefused);
    CHECK(strict.charge().error().message.find("its policy allows") != std::string::npos);
    REQUIRE(ledger.requireRoom());
    REQUIRE(ledger.charge());
    CHECK(ledger.requireRoom().error().kind == ErrorKind::PolicyRefused);
    CHECK(ledger.charge().error().message.find("the budget is") != std::string::npos);
    CHECK(ledger.spent().value() == doctest::Approx(epsilonOf(protocol().plan, 2)).epsilon(1e-12));
}

TEST_CASE("a ledger that was changed, cut or holds more than the budget lets nobody train")
{
    const TemporaryFolder folder;
    const RecordLedger ledger(folder.path(), protocol(), {});
    REQUIRE(ledger.charge());
    const Bytes good = readBytes(fileIn(folder));
    for (std::size_t size = 0; size < good.size(); ++size) {
        writeBytes(fileIn(folder), BytesView(good).first(size));
        CAPTURE(size);
        CHECK_FALSE(ledger.charge());
    }
    for (const char* text : {"quorate-record-ledger-1\n0.1 1.1 x\n", "quorate-record-ledger-1\n0.1 1.1 20 3\n", "quorate-record-ledger-1\n0.1 nan 20\n",
                             "quorate-record-ledger-1\n0.1 0 20\n", "quorate-record-ledger-1\n2 1.1 20\n"}) {
        CAPTURE(text);
        writeBytes(fileIn(folder), asBytes(std::string_view(text)));
        CHECK(ledger.spent().error().kind == ErrorKind::Malformed);
    }
    writeBytes(fileIn(folder), asBytes(std::string_view("quorate-record-ledger-1\n1 0.1 20\n")));
    CHECK(ledger.spent().error().kind == ErrorKind::PolicyRefused);
    CHECK_FALSE(RecordLedger(folder / "nowhere", protocol(), {}).charge());
}
