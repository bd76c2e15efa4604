// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include <limits>

#include "tests/services/support/hand_upload.h"

using namespace quorate;
using namespace quorate::tests;
using study::EventKind;

namespace {

/// A study whose key is out and whose rounds were started.
struct OpenStudy {
    explicit OpenStudy(const ConsortiumOptions& options = {}) : consortium(options), service(startService(consortium))
    {
        publish(consortium, service);
        approveAll(consortium, service);
        releaseKey(consortium, service);
        startRounds(consortium, service);
        for (std::size_t i = 0; i < options.sites; ++i) sites.push_back(std::make_unique<FakeSite>(consortium, service, i));
    }

    void joinAll() const
    {
        for (const auto& site : sites) must(site->join());
    }
    [[nodiscard]] std::optional<study::StudyEvent> last(EventKind kind) const { return lastEvent(service, consortium.study(), kind); }
    [[nodiscard]] bool aggregated(std::uint32_t round) const
    {
        return eventually([&] {
            const auto event = last(EventKind::RoundAggregated);
            return event && event->round >= round;
        });
    }

    SmallConsortium consortium;
    RunningService service;
    std::vector<std::unique_ptr<FakeSite>> sites;
};

Digest32 modelAfterOneRound(const std::vector<std::size_t>& order)
{
    OpenStudy open({.rounds = 1});
    open.joinAll();
    for (const std::size_t site : order) open.sites[site]->trainOnce();
    REQUIRE(open.aggregated(1));
    return open.last(EventKind::RoundAggregated)->digest;
}

}  // namespace

TEST_CASE("The order in which updates arrive does not change the model's digest")
{
    // Initial weights follow from the protocol's seed, so that two studies begin alike.
    const Digest32 first = modelAfterOneRound({0, 1, 2});
    CHECK(modelAfterOneRound({2, 1, 0}) == first);
    CHECK(modelAfterOneRound({1, 2, 0}) == first);
}

TEST_CASE("An update that does not fit is rejected with its code, and the round goes on with the others")
{
    struct Case {
        const char* code;
        std::function<void(const SmallConsortium&, SiteUpdate&)> spoil;
    };
    const auto withValues = [](const SmallConsortium& consortium, auto change) {
        auto weights = learning::initialWeights(consortium.protocol().model, 1).value();
        change(weights);
        return study::UpdateFile::of(learning::encodeSafetensors(weights).value()).value();
    };
    const std::vector<Case> cases = {
        {"not-finite", [&](const auto& of, SiteUpdate& update) {
             update.file = withValues(of, [](auto& weights) { weights.values[3] = std::numeric_limits<float>::quiet_NaN(); });
         }},
        {"not-finite", [&](const auto& of, SiteUpdate& update) {
             update.file = withValues(of, [](auto& weights) { weights.values[0] = std::numeric_limits<float>::infinity(); });
         }},
        {"other-shape", [&](const auto& of, SiteUpdate& update) {
             update.file = withValues(of, [](auto& weights) {
                 weights.tensors.resize(1);
                 weights.values.resize(learning::elementsOf(weights.tensors));
             });
         }},
        {"other-base-model", [](const auto&, SiteUpdate& update) { update.baseModel.bytes[0] ^= 1; }},
        {"other-record-count", [](const auto&, SiteUpdate& update) { ++update.metrics.trainRecords; }},
        {"out-of-bound", [&](const auto& of, SiteUpdate& update) {
             update.file = withValues(of, [](auto& weights) { weights.values[1] = -1e38F; });
         }},
        {"not-safetensors", [](const auto&, SiteUpdate& update) {
             Bytes file = toBytes(update.file.header());
             file[9] = 0x01;
             file.insert(file.end(), update.file.values().begin(), update.file.values().end());
             update.file = study::UpdateFile::of(std::move(file)).value();
         }},
        {"metrics", [](const auto&, SiteUpdate& update) { update.metrics.after.loss = std::numeric_limits<double>::quiet_NaN(); }},
        {"metrics", [](const auto&, SiteUpdate& update) { update.metrics.updateNorm = -1; }},
    };
    OpenStudy open({.rounds = static_cast<std::uint32_t>(cases.size())});
    open.joinAll();
    std::uint32_t round = 0;
    for (const auto& item : cases) {
        ++round;
        CAPTURE(item.code);
        const SiteTask task = open.sites[0]->task();
        REQUIRE(task.round == round);
        auto update = open.sites[0]->update(task);
        item.spoil(open.consortium, update);
        CHECK_FALSE(open.sites[0]->submit(update));
        const auto rejected = open.last(EventKind::UpdateRejected);
        REQUIRE(rejected);
        CHECK(rejected->round == round);
        CHECK(rejected->site == siteId(0));
        CHECK(rejected->code == item.code);
        // A second try in the same round is not taken either: it must not stand in for the site that is still at work.
        CHECK_FALSE(open.sites[0]->submit(open.sites[0]->update(task)));
        CHECK(open.sites[1]->trainOnce() == round);
        const auto aggregatedBefore = open.last(EventKind::RoundAggregated);
        CHECK((!aggregatedBefore || aggregatedBefore->round < round));
        CHECK(open.sites[2]->trainOnce() == round);
        REQUIRE(open.aggregated(round));
        CHECK(open.last(EventKind::RoundAggregated)->count == 2);
    }
}

TEST_CASE("An upload whose chunks are not what they say is refused and leaves no trace")
{
    OpenStudy open({.rounds = 1});
    open.joinAll();
    const auto& site = *open.sites[0];
    const auto update = site.update(site.task());
    const auto header = headerFor(open.consortium, update);
    const BytesView all = update.file.values();
    const std::size_t half = all.size() / 2;
    const auto before = open.service.events(open.consortium.study());

    auto wrongDigest = chunk(0, all);
    wrongDigest.mutable_digest()->at(5) ^= 1;
    CHECK_FALSE(upload(site, header, {wrongDigest}));
    CHECK_FALSE(upload(site, header, {chunk(half, all.subspan(half))}));
    CHECK_FALSE(upload(site, header, {chunk(0, all.first(half))}));
    CHECK_FALSE(upload(site, header, {}));
    auto otherWhole = header;
    otherWhole.mutable_digest()->at(0) ^= 1;
    CHECK_FALSE(upload(site, otherWhole, {chunk(0, all)}));
    auto huge = header;
    huge.set_value_bytes(std::uint64_t{1} << 40);
    CHECK_FALSE(upload(site, huge, {chunk(0, all)}));
    auto none = header;
    none.set_value_bytes(0);
    CHECK_FALSE(upload(site, none, {}));
    CHECK(open.service.events(open.consortium.study()) == before);

    CHECK(upload(site, header, {chunk(0, all)}));
    CHECK(open.last(EventKind::UpdateAccepted)->digest == update.file.digest());
    // The site did not hear of it and sends it once more; nothing is counted twice, and nothing else is taken instead.
    CHECK(upload(site, header, {}));
    CHECK_FALSE(upload(site, otherWhole, {chunk(0, all)}));
    CHECK(open.last(EventKind::UpdateAccepted)->count == 1);
}

TEST_CASE("A site that never answers is dropped at the deadline; the round ends with the others and the site rejoins")
{
    OpenStudy open({.rounds = 3, .roundDeadlineSeconds = 1});
    open.joinAll();
    open.sites[0]->trainOnce();
    open.sites[1]->trainOnce();
    REQUIRE(open.aggregated(1));
    const auto dropped = open.last(EventKind::SiteDropped);
    REQUIRE(dropped);
    CHECK(dropped->site == siteId(2));
    CHECK(dropped->code == "deadline");
    CHECK(dropped->round == 1);
    CHECK(open.last(EventKind::RoundAggregated)->count == 2);

    CHECK(open.sites[2]->task().kind == SiteTask::Kind::Rejoin);
    must(open.sites[2]->join());
    // Round 2 is under way without it; round 3 has it again.
    open.sites[0]->trainOnce();
    open.sites[1]->trainOnce();
    REQUIRE(open.aggregated(2));
    CHECK(open.sites[2]->trainOnce() == 3);
    open.sites[0]->trainOnce();
    open.sites[1]->trainOnce();
    REQUIRE(open.aggregated(3));
    CHECK(open.last(EventKind::RoundAggregated)->count == 3);
}

TEST_CASE("A node that starts again in the middle of a round gets the round's task anew")
{
    OpenStudy open({.rounds = 1});
    open.joinAll();
    CHECK(open.sites[0]->task().round == 1);
    FakeSite again(open.consortium, open.service, 0);
    must(again.join());
    CHECK(again.trainOnce() == 1);
    open.sites[1]->trainOnce();
    open.sites[2]->trainOnce();
    REQUIRE(open.aggregated(1));
    CHECK(open.last(EventKind::RoundAggregated)->count == 3);
}

TEST_CASE("A round with too few updates fails, its model stays, and it is opened again when sites are back")
{
    OpenStudy open({.rounds = 1, .roundDeadlineSeconds = 1});
    open.joinAll();
    const SiteTask task = open.sites[0]->task();
    must(open.sites[0]->submit(open.sites[0]->update(task)));
    REQUIRE(eventually([&] { return open.last(EventKind::RoundFailed).has_value(); }));
    CHECK(open.last(EventKind::RoundFailed)->code == "too-few-updates");
    CHECK(open.last(EventKind::RoundFailed)->digest == task.modelDigest);
    must(open.sites[1]->join());
    must(open.sites[2]->join());
    for (const auto& site : open.sites) CHECK(site->trainOnce() == 1);
    REQUIRE(open.aggregated(1));
}

TEST_CASE("A node whose site must have a TEE joins with evidence of its own keys and not without")
{
    OpenStudy open({.rounds = 1, .teeRequired = true});
    const auto& site = *open.sites[0];
    const auto bare = site.join();
    REQUIRE_FALSE(bare);
    CHECK(bare.error().kind == ErrorKind::PolicyRefused);
    CHECK(open.last(EventKind::SiteLost)->code == "no-tee");

    const auto joinWith = [&](const Digest32& nonce, const Digest32& boundKey) {
        attestation::Transcript transcript;
        transcript.role = attestation::AttesterRole::SiteNode;
        transcript.nonce = nonce;
        transcript.tlsLeafSpki = open.consortium.nodes[0].signer->publicKey().spkiSha256();
        transcript.hpkePublicKey = boundKey;
        transcript.study = open.consortium.study();
        transcript.site = siteId(0);
        transcript.keyEpoch = 1;
        transcript.policyDigest = open.consortium.verified().policyDigest;
        transcript.referenceValuesDigest = open.consortium.verified().referenceValuesDigest;
        transcript.rosterRootSpki = open.consortium.verified().rootSpki;
        auto provided = simulated(open.consortium.nodeLaunch(), open.consortium.clock(), attestation::TeeKind::SevSnp)
                            ->provide(transcript.reportData()).value();
        return site.client().join(&provided.evidence, provided.collateral, site.key().publicKey(), site.records());
    };
    const Digest32 own = site.key().publicKey();
    CHECK_FALSE(joinWith(Digest32{}, own));
    CHECK_FALSE(joinWith(site.client().beginJoin().value(), Digest32{}));
    CHECK(open.last(EventKind::SiteLost)->code == "report-data");
    const Digest32 nonce = site.client().beginJoin().value();
    CHECK(joinWith(nonce, own));
    CHECK(open.last(EventKind::SiteJoined)->code == "attested");
    // A nonce serves once.
    CHECK_FALSE(joinWith(nonce, own));
}
