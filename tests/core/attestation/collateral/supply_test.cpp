// SPDX-License-Identifier: GPL-3.0-or-later
// Evidence completed from cache and source: what is asked, kept, refused and given out.
#include "core/attestation/collateral/supply.h"

#include <algorithm>

#include "core/attestation/appraisal.h"
#include "core/attestation/collateral/folder.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/vendor_answers.h"

using namespace quorate;
using namespace quorate::attestation;
using namespace std::chrono_literals;

namespace {

const UtcSeconds kNow = tests::kVendorNow;
using Origin = SuppliedItem::Origin;

struct Bench {
    tests::TemporaryFolder folder;
    tests::FakeSource source;
    StopSignal stop;
    Evidence evidence;

    explicit Bench(TeeKind tee = TeeKind::Tdx) : evidence(*tests::demoVendor().issue(tee, {}, {}))
    {
        if (tee == TeeKind::SevSnp) evidence.auxBlob.clear();
        serve(kNow);
    }
    void serve(UtcSeconds when)
    {
        source.answers = tests::vendorAnswers(evidence, *tests::demoVendor().collateral(evidence.tee, when));
    }
    CollateralSupply supply(bool online = true, CollateralSupply::Options options = {})
    {
        options.endpoints = tests::fakeEndpoints();
        options.anchors = tests::demoVendor().anchors();
        return {*CollateralCache::open(folder / "cache"), online ? &source : nullptr, std::move(options)};
    }
    SuppliedCollateral complete(UtcSeconds now = kNow, bool online = true)
    {
        source.asked.clear();
        auto supplied = supply(online).complete(evidence, {}, now, stop);
        REQUIRE_MESSAGE(supplied, supplied.error().message);
        return std::move(*supplied);
    }
    [[nodiscard]] AppraisalResult appraised(const Collateral& collateral, UtcSeconds at = kNow) const
    {
        AppraisalInputs inputs;
        inputs.evidence = evidence;
        inputs.collateral = collateral;
        inputs.policy = shippedPolicy(PolicyProfile::ChainOnly);
        inputs.anchors = tests::demoVendor().anchors();
        inputs.trainingMode = true;
        inputs.at = at;
        return appraise(inputs);
    }
};

bool allFrom(const std::vector<SuppliedItem>& items, Origin origin)
{
    return std::all_of(items.begin(), items.end(), [&](const SuppliedItem& item) { return item.origin == origin; });
}

bool saysMissing(const AppraisalResult& result)
{
    return std::any_of(result.refusals.begin(), result.refusals.end(),
                       [](const Refusal& refusal) { return refusal.reason.find("collateral") != std::string::npos; });
}

} // namespace

TEST_CASE("fetched collateral is all that appraisal asks for, and the second time nothing is asked")
{
    for (const TeeKind tee : {TeeKind::Tdx, TeeKind::SevSnp}) {
        Bench bench(tee);
        CHECK(saysMissing(bench.appraised({})));
        const SuppliedCollateral first = bench.complete();
        CHECK_FALSE(first.missing());
        CHECK(allFrom(first.items, Origin::Network));
        CHECK(bench.source.asked.size() == first.items.size());
        CHECK_FALSE(saysMissing(bench.appraised(first.collateral)));
        const SuppliedCollateral second = bench.complete(kNow + 24h);
        CHECK(bench.source.asked.empty());
        CHECK(allFrom(second.items, Origin::Cache));
        CHECK(second.collateral == first.collateral);
        CHECK(second.items.front().fetchedAt == kNow);
        const SuppliedCollateral offline = bench.complete(kNow + 60 * 24h, false);
        CHECK(offline.collateral == first.collateral);
        CHECK(saysMissing(bench.appraised(offline.collateral, kNow + 60 * 24h)) == (tee == TeeKind::Tdx));
    }
}

TEST_CASE("offline and with an empty cache each object is missing, by name")
{
    Bench bench;
    const SuppliedCollateral supplied = bench.complete(kNow, false);
    CHECK(allFrom(supplied.items, Origin::Missing));
    CHECK(supplied.collateral.files.empty());
    CHECK(supplied.missing()->kind == ErrorKind::Unavailable);
    CHECK(supplied.missing()->message.find("/tcb?fmspc=") != std::string::npos);
}

TEST_CASE("one object that cannot be had leaves the others")
{
    Bench bench;
    bench.source.answers.erase("/sgx/certification/v4/rootcacrl");
    const SuppliedCollateral supplied = bench.complete();
    CHECK(supplied.items.size() == 4);
    CHECK(supplied.missing()->message.find("rootcacrl: the service answered with status 404") != std::string::npos);
    CHECK(supplied.collateral.files.size() == 6);
    CHECK(bench.complete(kNow + 2h).items.back().origin == Origin::Missing);
    CHECK(bench.source.asked.size() == 1);
}

TEST_CASE("a wrong object under the right address is neither given out nor kept")
{
    const auto good = Bench().source.answers;
    const std::string tcbKey = missingCollateral(Bench().evidence, {})->requests.front().key;
    const auto refusedFor = [&](const std::string& key, const VendorAnswer& answer, const std::string& reason) {
        Bench bench;
        bench.source.answers[key] = answer;
        const SuppliedCollateral supplied = bench.complete();
        REQUIRE_MESSAGE(supplied.missing(), reason);
        CHECK_MESSAGE(supplied.missing()->message.find(reason) != std::string::npos, supplied.missing()->message);
        CHECK(supplied.missing()->message.find(key) != std::string::npos);
        CHECK(CollateralCache::open(bench.folder / "cache")->find(key) == nullptr);
    };
    VendorAnswer changed = good.at(tcbKey);
    changed.body[changed.body.size() / 2] ^= 2;
    refusedFor(tcbKey, changed, "signature does not verify");
    refusedFor(tcbKey, good.at(qeIdentityKey()), "tcbInfo");
    // Genuine, but of another CA: the root's list in the place of the platform CA's.
    VendorAnswer otherCrl = good.at(pckCrlKey("platform"));
    otherCrl.body = good.at(rootCrlKey()).body;
    refusedFor(pckCrlKey("platform"), otherCrl, "issuer");
    refusedFor(rootCrlKey(), good.at(pckCrlKey("platform")), "issuer");
}

TEST_CASE("genuine TCB info of another edition than was asked is refused")
{
    Bench bench;
    auto& source = bench.source;
    const std::string key = missingCollateral(bench.evidence, {})->requests.front().key;
    CollateralSupply::Options options;
    options.wishes.edition.evaluationNumber = 4000;
    for (const std::string& asked : {key, qeIdentityKey()}) {
        const std::string separator = asked == key ? "&" : "?";
        source.answers[asked + separator + "tcbEvaluationDataNumber=4000"] = source.answers.at(asked);
    }
    const auto edition = bench.supply(true, options).complete(bench.evidence, {}, kNow, bench.stop);
    REQUIRE(edition);
    CHECK(edition->missing()->message.find("want 4000") != std::string::npos);
    options = {};
    options.wishes.edition.update = TcbEdition::Update::Early;
    source.answers[key + "&update=early"] = source.answers.at(key);
    source.answers[qeIdentityKey() + "?update=early"] = source.answers.at(qeIdentityKey());
    CHECK_FALSE(bench.supply(true, options).complete(bench.evidence, {}, kNow, bench.stop)->missing());
}

TEST_CASE("a VCEK of another chip is refused, and a chain of another root")
{
    Bench bench(TeeKind::SevSnp);
    const auto missing = missingCollateral(bench.evidence, {});
    const std::string chipKey = missing->requests[1].key;
    Bench other(TeeKind::SevSnp);
    other.evidence.blob[0x1A0] ^= 1;
    const std::string otherKey = missingCollateral(other.evidence, {})->requests[1].key;
    REQUIRE(chipKey != otherKey);
    other.source.answers[otherKey] = bench.source.answers.at(chipKey);
    const SuppliedCollateral supplied = other.complete();
    CHECK(supplied.missing()->message.find("answer is for " + chipKey) != std::string::npos);
    CollateralSupply stranger(*CollateralCache::open(bench.folder / "other"), &bench.source,
                              {tests::fakeEndpoints(), {}, productionAnchors(), 1 << 20, {}});
    const auto refused = stranger.complete(bench.evidence, {}, kNow, bench.stop);
    CHECK(refused->missing()->message.find("want a pinned ARK key") != std::string::npos);
    CHECK(refused->collateral.files.empty());
}

TEST_CASE("an older object from the service does not replace the cached one")
{
    Bench bench;
    const SuppliedCollateral first = bench.complete();
    bench.serve(kNow - 48h);
    const SuppliedCollateral later = bench.complete(kNow + 25 * 24h);
    CHECK(bench.source.asked.size() == 4);
    CHECK(later.collateral == first.collateral);
    CHECK(allFrom(later.items, Origin::Cache));
    CHECK(later.items.front().problem->message.find("older than the cached one") != std::string::npos);
    CHECK_FALSE(later.missing());
    bench.serve(kNow + 25 * 24h);
    const SuppliedCollateral renewed = bench.complete(kNow + 25 * 24h);
    CHECK(allFrom(renewed.items, Origin::Network));
    CHECK(renewed.collateral.files.at("tcb_info.json") != first.collateral.files.at("tcb_info.json"));
}

TEST_CASE("a service that is out of reach leaves what is cached, with the reason")
{
    Bench bench;
    const SuppliedCollateral first = bench.complete();
    bench.source.answers.clear();
    const SuppliedCollateral later = bench.complete(kNow + 25 * 24h);
    CHECK(later.collateral == first.collateral);
    CHECK_FALSE(later.missing());
    CHECK(later.items.front().problem->message.find("status 404") != std::string::npos);
}

TEST_CASE("a damaged cache entry is fetched again")
{
    Bench bench;
    const SuppliedCollateral first = bench.complete();
    for (const auto& entry : std::filesystem::directory_iterator(bench.folder / "cache" / "sha256")) {
        tests::writeBytes(entry.path(), asBytes("damaged"));
    }
    CHECK(bench.complete(kNow, false).missing()->message.find("damaged") != std::string::npos);
    const SuppliedCollateral again = bench.complete();
    CHECK(bench.source.asked.size() == 4);
    CHECK(again.collateral == first.collateral);
    CHECK(allFrom(bench.complete(kNow, false).items, Origin::Cache));
}

TEST_CASE("a stop between two objects cancels the whole, and what came before is kept")
{
    Bench bench;
    bench.source.onAsked = [&] {
        if (bench.source.asked.size() == 2) bench.stop.request();
    };
    const auto supplied = bench.supply().complete(bench.evidence, {}, kNow, bench.stop);
    REQUIRE_FALSE(supplied);
    CHECK(supplied.error().kind == ErrorKind::Cancelled);
    CHECK(bench.source.asked.size() == 2);
    CHECK(CollateralCache::open(bench.folder / "cache")->items().size() == 1);
}

TEST_CASE("the sum of answers in one call is bounded, and progress names each object")
{
    Bench bench;
    CollateralSupply::Options options;
    options.maxBytesPerCall = bench.source.answers.at(qeIdentityKey()).body.size();
    std::vector<std::string> told;
    options.progress = [&](const CollateralRequest& request, std::size_t index, std::size_t count) {
        CHECK(index == told.size());
        CHECK(count == 4);
        told.push_back(request.key);
    };
    const auto supplied = bench.supply(true, options).complete(bench.evidence, {}, kNow, bench.stop);
    REQUIRE(supplied);
    CHECK(told.size() == 4);
    CHECK(supplied->missing()->message.find("bytes in sum") != std::string::npos);
}

TEST_CASE("refresh asks for what is due, or for all")
{
    for (const TeeKind tee : {TeeKind::Tdx, TeeKind::SevSnp}) {
        Bench bench(tee);
        const std::size_t count = bench.complete().items.size();
        bench.serve(kNow + 25 * 24h);
        bench.source.asked.clear();
        CHECK(allFrom(*bench.supply().refresh(kNow + 2h, false, bench.stop), Origin::Cache));
        CHECK(bench.source.asked.empty());
        const auto due = bench.supply().refresh(kNow + 25 * 24h, false, bench.stop);
        REQUIRE(due);
        // Of AMD's, the list alone: its certificates stay as they are.
        CHECK(bench.source.asked.size() == (tee == TeeKind::Tdx ? count : 1));
        for (const SuppliedItem& item : *due)
            CHECK_MESSAGE(!item.problem, item.problem->message);
        bench.source.asked.clear();
        CHECK(allFrom(*bench.supply().refresh(kNow + 25 * 24h, true, bench.stop), Origin::Network));
        CHECK(bench.source.asked.size() == count);
        CHECK_FALSE(bench.supply(false).refresh(kNow, false, bench.stop));
    }
}

TEST_CASE("imported files serve offline; what is not genuine among them is named")
{
    Bench bench;
    const tests::TemporaryFolder files;
    Collateral all = *tests::demoVendor().collateral(TeeKind::Tdx, kNow);
    REQUIRE(writeCollateralFolder(files.path(), all));
    const auto read = readCollateralFolder(files.path());
    REQUIRE_MESSAGE(read, read.error().message);
    CHECK(*read == all);
    for (const SuppliedItem& item : bench.supply(false).keep(*read, kNow)) {
        CHECK_MESSAGE(!item.problem, item.problem->message);
        CHECK(item.origin == Origin::Cache);
    }
    CHECK_FALSE(bench.complete(kNow, false).missing());
    all.files.at("qe_identity.json")[100] ^= 1;
    const auto kept = bench.supply(false).keep(all, kNow);
    REQUIRE(kept.size() == 4);
    CHECK(kept[1].origin == Origin::Missing);
    CHECK(kept[1].problem->kind == ErrorKind::Untrusted);
}

TEST_CASE("one file can be imported when the chain that vouches for it lies beside it")
{
    const tests::TemporaryFolder files;
    const Collateral all = *tests::demoVendor().collateral(TeeKind::Tdx, kNow);
    REQUIRE(writeCollateralFolder(files.path(), all));
    Bench bench;
    const auto one = readCollateralFolder(files / "root_ca_crl.der");
    REQUIRE(one);
    const auto kept = bench.supply(false).keep(*one, kNow);
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].request.key == rootCrlKey());
    CHECK_FALSE(kept[0].problem);
    CHECK_FALSE(readCollateralFolder(files / "absent.der"));
    CHECK_FALSE(readCollateralFolder(files / "nothing-here"));
    const tests::TemporaryFolder empty;
    CHECK_FALSE(readCollateralFolder(empty.path()));
}
