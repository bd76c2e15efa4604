// SPDX-License-Identifier: GPL-3.0-or-later
// Each term of a policy alone: met by a rehearsal's evidence, then changed so that it is not.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "core/attestation/appraisal.h"
#include "core/attestation/simulated/demo_vendor.h"

using namespace quorate;
using namespace quorate::attestation;
namespace fs = std::filesystem;

namespace {

const UtcSeconds kNow = *parseRfc3339("2026-11-21T09:00:00Z");
constexpr std::uint64_t bit(int number) { return 1ull << number; }

const DemoVendor& vendor()
{
    static const fs::path folder = fs::temp_directory_path() / ("quorate-policy-" + toHex(*randomFixed<8>(systemRandom())));
    static const DemoVendor made = [] {
        auto opened = DemoVendor::openOrCreate(folder, kNow);
        REQUIRE(opened);
        fs::remove_all(folder);
        return std::move(*opened);
    }();
    return made;
}

SimulatedLaunch bound(const Transcript& transcript)
{
    SimulatedLaunch launch;
    launch.launchBinding = launchBinding(transcript.rosterRootSpki, transcript.policyDigest);
    return launch;
}

AppraisalInputs rehearsal(TeeKind tee)
{
    Transcript transcript;
    transcript.study.bytes[0] = 7;
    transcript.policyDigest.bytes[0] = 8;
    const SimulatedLaunch launch = bound(transcript);
    AppraisalInputs inputs;
    inputs.evidence = *vendor().issue(tee, launch, transcript.reportData());
    inputs.collateral = *vendor().collateral(tee, kNow);
    inputs.policy = shippedPolicy(PolicyProfile::Training);
    inputs.referenceValues = ReferenceValues{1,
                                             "",
                                             {{DemoVendor::mrtdOf(launch)},
                                              {DemoVendor::rtmrOf(0, launch)},
                                              {DemoVendor::rtmrOf(1, launch)},
                                              {DemoVendor::rtmrOf(2, launch)},
                                              {DemoVendor::rtmrOf(3, launch)},
                                              {DemoVendor::mrseam()}},
                                             {{DemoVendor::measurementOf(launch)}}};
    inputs.transcript = transcript;
    inputs.anchors = vendor().anchors();
    inputs.trainingMode = true;
    inputs.at = kNow;
    return inputs;
}

struct Row {
    TeeKind tee;
    const char* check;
    std::function<void(AppraisalPolicy&)> change;
};

template <typename T>
AllowList<T> only(std::set<T> values)
{
    AllowList<T> out;
    out.values = std::move(values);
    return out;
}

const AppraisalResult& refusedOnlyFor(const AppraisalResult& result, const std::string& check)
{
    INFO(check << ": " << result.refusals.size() << " refusals");
    for (const Refusal& refusal : result.refusals) INFO(refusal.check << ": " << refusal.reason);
    CHECK(result.verdict == Verdict::Refused);
    REQUIRE(result.refusals.size() == 1);
    CHECK(result.refusals.front().check == check);
    CHECK(result.refusedAs == ErrorKind::PolicyRefused);
    return result;
}

ProductAcceptance acceptanceOf(const AppraisalInputs& inputs)
{
    return {inputs.transcript->study, "Genoa", "no other machines until March", kNow + std::chrono::hours(1), inputs.transcript->policyDigest};
}

}  // namespace

TEST_CASE("each term refuses alone, and says what it found and wanted")
{
    using P = AppraisalPolicy;
    const auto snp = TeeKind::SevSnp;
    const auto tdx = TeeKind::Tdx;
    const std::vector<Row> rows = {
        {snp, "policy.tee", [](P& p) { p.acceptedTees = {TeeKind::Tdx}; }},
        {snp, "policy.product", [](P& p) { p.acceptedProducts = {"Turin"}; }},
        {snp, "policy.product-acceptance", [](P& p) { p.productsUnderAcceptance = {"Genoa"}; }},
        {snp, "snp.tcb.status", [](P& p) { p.acceptedTcbStatuses = {{"OutOfDate", {}}}; }},
        {snp, "snp.tcb.status", [](P& p) { p.acceptedTcbStatuses["UpToDate"] = kNow - std::chrono::seconds(1); }},
        {snp, "snp.tcb.minimum-reported", [](P& p) { p.snp.minimumTcb["Genoa"].reported.microcode = 85; }},
        {snp, "snp.tcb.minimum-reported", [](P& p) { p.snp.minimumTcb["Genoa"].reported.tee = 1; }},
        {snp, "snp.tcb.minimum-committed", [](P& p) { p.snp.minimumTcb["Genoa"].committed.snp = 24; }},
        {snp, "snp.tcb.minimum-launch", [](P& p) { p.snp.minimumTcb["Genoa"].launch.bootLoader = 11; }},
        {snp, "snp.guest-policy", [](P& p) { p.snp.guestPolicy.required = bit(24); }},
        {snp, "snp.guest-policy", [](P& p) { p.snp.guestPolicy.required = bit(20); }},
        {snp, "snp.guest-policy.abi", [](P& p) { p.snp.minimumAbi = {200, 0}; }},
        {snp, "snp.platform-info", [](P& p) { p.snp.platformInfo.required = bit(4); }},
        {snp, "snp.platform-info", [](P& p) { p.snp.platformInfo.forbidden = bit(5); }},
        {snp, "snp.mitigations.launch", [](P& p) { p.snp.requiredLaunchMitigations = 1; }},
        {snp, "snp.mitigations.current", [](P& p) { p.snp.requiredCurrentMitigations = 1; }},
        {snp, "snp.signer", [](P& p) { p.acceptVcek = false; }},
        {snp, "snp.hardware", [](P& p) { p.snp.chipIds = only<FixedBytes<64>>({FixedBytes<64>{{1}}}); }},
        {snp, "snp.id-key", [](P& p) { p.snp.idKeyDigests = only<Digest48>({Digest48{{1}}}); }},
        {snp, "snp.author-key", [](P& p) { p.snp.authorKeyDigests = only<Digest48>({}); }},
        {snp, "snp.guest-svn", [](P& p) { p.snp.minimumGuestSvn = 1; }},
        {snp, "snp.family-id", [](P& p) { p.snp.familyIds = only<FixedBytes<16>>({FixedBytes<16>{{1}}}); }},
        {snp, "snp.image-id", [](P& p) { p.snp.imageIds = only<FixedBytes<16>>({}); }},
        {tdx, "policy.product", [](P& p) { p.acceptedProducts = {"Genoa"}; }},
        {tdx, "tdx.evaluation-number", [](P& p) { p.minTcbEvaluationDataNumber = 18; }},
        {tdx, "tdx.tcb.status", [](P& p) { p.acceptedTcbStatuses = {}; }},
        {tdx, "tdx.attributes", [](P& p) { p.tdx.requiredAttributes |= bit(30); }},
        {tdx, "tdx.attributes", [](P& p) { p.tdx.allowedAttributes = p.tdx.requiredAttributes = 0; }},
        {tdx, "tdx.xfam", [](P& p) { p.tdx.allowedXfam = 0x3; }},
        {tdx, "tdx.mrowner", [](P& p) { p.tdx.owners = only<Digest48>({Digest48{{1}}}); }},
        {tdx, "tdx.mrownerconfig", [](P& p) { p.tdx.ownerConfigs = only<Digest48>({}); }},
        {tdx, "tdx.hardware", [](P& p) { p.tdx.platformInstances = only<FixedBytes<16>>({FixedBytes<16>{{1}}}); }},
    };
    for (const TeeKind tee : {snp, tdx}) CHECK(appraise(rehearsal(tee)).refusals.empty());
    for (const Row& row : rows) {
        AppraisalInputs inputs = rehearsal(row.tee);
        row.change(inputs.policy);
        refusedOnlyFor(appraise(inputs), row.check);
    }
}

TEST_CASE("a list that names the machine, key or owner passes, and shows as a check that was made")
{
    AppraisalInputs inputs = rehearsal(TeeKind::SevSnp);
    const AppraisalResult before = appraise(inputs);
    inputs.policy.snp.chipIds = only<FixedBytes<64>>({*parseHexFixed<64>(before.claims.at("chipId"))});
    inputs.policy.snp.idKeyDigests = inputs.policy.snp.authorKeyDigests = only<Digest48>({Digest48{}});
    const AppraisalResult result = appraise(inputs);
    CHECK(result.refusals.empty());
    CHECK(result.count(CheckOutcome::Pass) == before.count(CheckOutcome::Pass) + 3);
}

TEST_CASE("a status with a deadline passes up to it and says until when")
{
    AppraisalInputs inputs = rehearsal(TeeKind::Tdx);
    inputs.policy.acceptedTcbStatuses["UpToDate"] = kNow;
    const AppraisalResult result = appraise(inputs);
    CHECK(result.refusals.empty());
    const bool said = std::any_of(result.checks.begin(), result.checks.end(), [](const Check& check) {
        return check.id == "tdx.tcb.status" && check.found == "UpToDate, accepted until 2026-11-21T09:00:00Z";
    });
    CHECK(said);
}

TEST_CASE("collateral older than the policy takes is stale though the vendor still calls it valid")
{
    for (const TeeKind tee : {TeeKind::Tdx, TeeKind::SevSnp}) {
        AppraisalInputs inputs = rehearsal(tee);
        inputs.at += std::chrono::hours(24 * 2);
        inputs.policy.maxCollateralAgeDays = 1;
        const AppraisalResult result = appraise(inputs);
        REQUIRE(result.refusals.size() == 1);
        CHECK(result.refusals.front().check == "policy.collateral-age");
        CHECK(result.refusedAs == ErrorKind::Unavailable);
    }
}

TEST_CASE("a product under acceptance counts with one for this product, study, policy and time, and with no other")
{
    AppraisalInputs inputs = rehearsal(TeeKind::SevSnp);
    inputs.policy.productsUnderAcceptance = {"Genoa"};
    inputs.productAcceptance = acceptanceOf(inputs);
    CHECK(appraise(inputs).refusals.empty());
    const auto refusedWith = [&](const std::function<void(ProductAcceptance&)>& change, const char* reason) {
        AppraisalInputs changed = inputs;
        change(*changed.productAcceptance);
        const AppraisalResult result = appraise(changed);
        refusedOnlyFor(result, "policy.product-acceptance");
        CHECK_MESSAGE(result.refusals.front().reason.find(reason) != std::string::npos, reason);
    };
    refusedWith([](auto& a) { a.product = "Milan"; }, "acceptance is for Milan");
    refusedWith([](auto& a) { a.notAfter = kNow - std::chrono::seconds(1); }, "acceptance ended at");
    refusedWith([](auto& a) { a.study.bytes[0] ^= 1; }, "acceptance is for study");
    // At a service that knows the study not yet, the transcript names none.
    AppraisalInputs before = inputs;
    before.transcript->study = {};
    before.evidence = *vendor().issue(TeeKind::SevSnp, bound(*before.transcript), before.transcript->reportData());
    CHECK(appraise(before).verdict == Verdict::TrainingOnly);
    refusedWith([](auto& a) { a.policyDigest.bytes[0] ^= 1; }, "acceptance is under policy");
}

TEST_CASE("strict asks for a quorum's acceptance of Milan and of nothing else, and a fresh policy accepts nothing")
{
    CHECK(shippedPolicy(PolicyProfile::Strict).productsUnderAcceptance == std::set<std::string>{"Milan"});
    for (const TeeKind tee : {TeeKind::Tdx, TeeKind::SevSnp}) {
        AppraisalInputs inputs = rehearsal(tee);
        inputs.policy = AppraisalPolicy{};
        CHECK(appraise(inputs).verdict == Verdict::Refused);
    }
}
