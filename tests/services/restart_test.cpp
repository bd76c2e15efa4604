// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/study/receipt.h"
#include "tests/services/support/kept_study.h"

using namespace quorate;
using namespace quorate::tests;
using study::EventKind;
namespace fs = std::filesystem;

namespace {

/// Receipts follow one another from the first model to the last.
void checkChain(const KeptStudy& kept, std::size_t rounds)
{
    const auto receipts = kept.service.server->registry().find(kept.consortium.study()).value()->rounds().receipts();
    REQUIRE(receipts.size() == rounds);
    Digest32 previous;
    Digest32 model;
    for (std::size_t i = 0; i < rounds; ++i) {
        const auto receipt = study::decodeReceipt(receipts[i].payload).value();
        CHECK(receipt.round == i + 1);
        CHECK(receipt.previousReceipt == previous);
        CHECK((i == 0 || receipt.baseModel == model));
        previous = receipts[i].payloadDigest();
        model = receipt.newModel;
    }
}

void checkNumbers(const std::vector<study::StudyEvent>& events)
{
    for (std::size_t i = 0; i < events.size(); ++i) CHECK(events[i].sequence == i + 1);
}

}  // namespace

TEST_CASE("A service that was killed in a round has nothing until the key is out again, and then goes on with what it had accepted")
{
    KeptStudy undisturbed({.rounds = 2});
    for (std::uint32_t round = 1; round <= 2; ++round) {
        for (const auto& site : undisturbed.sites) CHECK(site->trainOnce() == round);
        REQUIRE(undisturbed.aggregated(round));
    }

    KeptStudy kept({.rounds = 2});
    for (const auto& site : kept.sites) CHECK(site->trainOnce() == 1);
    REQUIRE(kept.aggregated(1));
    CHECK(kept.sites[1]->trainOnce() == 2);
    const auto before = kept.events();
    const Digest32 accepted = kept.last(EventKind::UpdateAccepted)->digest;

    kept.killAndStartAnew();
    // The signed objects are there, the rounds are not.
    auto& log = kept.service.server->registry().find(kept.consortium.study()).value()->log();
    CHECK(log.after(before.size() - 1, 0).empty());
    const auto anew = log.after(before.size(), 0);
    REQUIRE(anew.size() == 1 + kept.consortium.nodes.size());
    CHECK(anew.front().kind == EventKind::StudyPublished);
    CHECK(anew.front().sequence == before.size() + 1);
    CHECK_FALSE(kept.sites[0]->client().fetchModel(accepted));
    releaseKey(kept.consortium, kept.service);
    const auto after = kept.events();
    REQUIRE(after.size() > before.size());
    CHECK(std::equal(before.begin(), before.end(), after.begin()));
    checkNumbers(after);
    const auto announced = kept.last(EventKind::UpdateAccepted);
    CHECK(announced->code == "kept");
    CHECK(announced->site == siteId(1));
    CHECK(announced->digest == accepted);

    kept.joinAll();
    CHECK(kept.sites[0]->trainOnce() == 2);
    CHECK(kept.sites[2]->trainOnce() == 2);
    REQUIRE(kept.aggregated(2));
    CHECK(kept.last(EventKind::RoundAggregated)->count == 3);
    CHECK(kept.last(EventKind::RoundAggregated)->digest == undisturbed.last(EventKind::RoundAggregated)->digest);
    checkChain(kept, 2);
}

TEST_CASE("What the aggregation rule carries from round to round outlives the process")
{
    for (const auto rule : {study::AggregationRule::FedAvgM, study::AggregationRule::FedAdam}) {
        CAPTURE(study::nameOf(rule));
        std::vector<Digest32> models;
        for (const bool isKilled : {false, true}) {
            KeptStudy kept({.sites = 2, .rounds = 3, .rule = rule});
            for (std::uint32_t round = 1; round <= 3; ++round) {
                for (const auto& site : kept.sites) CHECK(site->trainOnce() == round);
                REQUIRE(kept.aggregated(round));
                if (!isKilled || round == 3) continue;
                kept.killAndStartAnew();
                releaseKey(kept.consortium, kept.service);
                kept.joinAll();
            }
            models.push_back(kept.last(EventKind::RoundAggregated)->digest);
        }
        CHECK(models[0] == models[1]);
    }
}

TEST_CASE("Between rounds, while results are awaited and after the end, a killed service goes on from there")
{
    KeptStudy kept({.sites = 2, .rounds = 1});
    for (const auto& site : kept.sites) CHECK(site->trainOnce() == 1);
    REQUIRE(kept.aggregated(1));
    const Digest32 model = kept.last(EventKind::RoundAggregated)->digest;
    kept.killAndStartAnew();
    releaseKey(kept.consortium, kept.service);
    kept.joinAll();
    const study::Evaluation evaluation;
    CHECK(kept.sites[0]->task().kind == SiteTask::Kind::Evaluate);
    must(kept.sites[0]->client().reportResult(model, evaluation, evaluation));

    kept.killAndStartAnew();
    releaseKey(kept.consortium, kept.service);
    kept.joinAll();
    CHECK(kept.sites[1]->task().kind == SiteTask::Kind::Evaluate);
    must(kept.sites[1]->client().reportResult(model, evaluation, evaluation));
    REQUIRE(eventually([&] { return kept.last(EventKind::StudyFinished).has_value(); }));

    kept.killAndStartAnew();
    releaseKey(kept.consortium, kept.service);
    CHECK(kept.sites[0]->join());
    CHECK(kept.sites[0]->task().kind == SiteTask::Kind::Done);
    CHECK(kept.last(EventKind::StudyFinished)->digest == model);
    checkNumbers(kept.events());
    checkChain(kept, 1);
}

TEST_CASE("A frozen study is frozen after a restart, too")
{
    KeptStudy kept({.sites = 2, .rounds = 1});
    CHECK(kept.sites[0]->trainOnce() == 1);
    must(sessionOf(kept.consortium, kept.consortium.auditors.front(), kept.service)->stop(release::Revocation::Kind::Freeze, "test"));
    const Digest32 freeze = kept.last(EventKind::StudyFrozen)->digest;
    kept.killAndStartAnew();
    CHECK_THROWS(releaseKey(kept.consortium, kept.service));
    for (std::size_t i = 0; i < kept.consortium.protocol().quorum.threshold; ++i) {
        must(sessionOf(kept.consortium, kept.consortium.custodians[i], kept.service)->stop(release::Revocation::Kind::Thaw, "test", freeze));
    }
    releaseKey(kept.consortium, kept.service);
    must(kept.sites[1]->join());
    CHECK(kept.sites[1]->task().kind == SiteTask::Kind::Train);
}

TEST_CASE("An older state that is put back is found out by the sites, whose receipts it does not hold")
{
    KeptStudy kept({.rounds = 3});
    for (const auto& site : kept.sites) site->trainOnce();
    REQUIRE(kept.aggregated(1));
    TemporaryFolder old;
    fs::copy(kept.folder.path(), old / "state", fs::copy_options::recursive);
    for (const auto& site : kept.sites) site->trainOnce();
    REQUIRE(kept.aggregated(2));
    for (const auto& site : kept.sites) CHECK(site->task().round == 3);
    CHECK(kept.sites[0]->seen().round == 2);

    kept.service.server.reset();
    fs::remove_all(kept.studyFolder());
    fs::copy(old / "state", kept.folder.path(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    kept.open();
    releaseKey(kept.consortium, kept.service);
    for (const auto& site : kept.sites) CHECK(site->join().error().kind == ErrorKind::PolicyRefused);
    CHECK(kept.last(EventKind::SiteLost)->code == "receipts");
}

TEST_CASE("A journal that was changed releases nothing")
{
    KeptStudy kept({.sites = 2, .rounds = 2});
    for (const auto& site : kept.sites) site->trainOnce();
    REQUIRE(kept.aggregated(1));
    kept.service.server.reset();
    for (const auto& entry : fs::directory_iterator(kept.studyFolder())) {
        if (!entry.path().filename().string().starts_with("journal-")) continue;
        Bytes bytes = readBytes(entry.path());
        bytes[bytes.size() / 2] ^= 0x20;
        writeBytes(entry.path(), bytes);
    }
    kept.open();
    CHECK_THROWS(releaseKey(kept.consortium, kept.service));
    CHECK_FALSE(kept.last(EventKind::KeyReleased));
}

TEST_CASE("Who was revoked stays so after a restart, and a roster that is not the root's stops the service")
{
    KeptStudy kept({.sites = 2, .rounds = 1});
    const auto& of = kept.consortium;
    const auto& gone = of.auditors.front();
    const auto next = study::withRevocation(of.verified().roster, gone.member.id, toSeconds(of.clock()()), "has left").value();
    const auto signedRoster = dsse::sign(study::kinds::kRoster, study::encode(next), of.authority.rootKey()).value();
    must(sessionOf(of, of.coordinator(), kept.service)->client().updateRoster(signedRoster));
    const auto says = [&] {
        AttestedChannel channel(kept.service.address, credentialsOf(gone), of.clock(), systemRandom());
        const auto answer = channel.attest(attestation::Purpose::Channel, of.expectations());
        return answer ? std::string("let in") : answer.error().message;
    };
    CHECK(says().find("revoked") != std::string::npos);
    kept.killAndStartAnew();
    CHECK(says().find("revoked") != std::string::npos);
    const auto newest = sessionOf(of, of.coordinator(), kept.service)->client().newestRoster(of.study()).value();
    CHECK(newest == signedRoster);

    kept.service.server.reset();
    const auto file = kept.folder / "roster";
    writeBytes(file, asBytes(dsse::toJson(dsse::sign(study::kinds::kRoster, study::encode(next), *of.coordinator().signer).value())));
    CHECK_THROWS(kept.open());
    writeBytes(file, asBytes("none"));
    CHECK_THROWS(kept.open());
}
