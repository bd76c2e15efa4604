// SPDX-License-Identifier: GPL-3.0-or-later
// Evidence without collateral, completed over HTTP from services in the vendors' layouts, then appraised.
#include <nlohmann/json.hpp>

#include "collateral_client/https_source.h"
#include "core/attestation/appraisal.h"
#include "core/attestation/case_folder.h"
#include "tests/support/loopback_service.h"
#include "tests/support/shared_vectors.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/vendor_answers.h"

using namespace quorate;
using namespace quorate::attestation;

namespace {

using Service = tests::LoopbackService<httplib::Server>;

struct Case {
    EvidenceCase files;
    UtcSeconds at;
    TrustAnchors anchors;
    bool demo = false;
};

std::string onlyHeaderCase(std::string name)
{
    bool first = true;
    for (char& c : name) {
        if (first && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
        first = c == '-';
    }
    return name;
}

/// Serves these answers; CRLs of Intel's as a PCCS has them when `hexCrls`.
void serve(Service& service, const std::map<std::string, VendorAnswer>& answers, bool hexCrls)
{
    service.server.Get(".*", [answers, hexCrls](const httplib::Request& request, httplib::Response& response) {
        const auto found = answers.find(request.target);
        if (found == answers.end()) {
            response.status = 404;
            return;
        }
        for (const auto& [name, value] : found->second.headers)
            response.set_header(onlyHeaderCase(name).c_str(), value);
        const bool isCrl = request.path.starts_with("/sgx/");
        const std::string body = isCrl && hexCrls ? toHex(found->second.body) : std::string(asText(found->second.body));
        response.set_content(body, "application/octet-stream");
    });
}

AppraisalResult appraised(const Case& one, const Collateral& collateral)
{
    AppraisalInputs inputs;
    inputs.evidence = one.files.evidence;
    inputs.collateral = collateral;
    inputs.policy = shippedPolicy(PolicyProfile::ChainOnly);
    inputs.anchors = one.anchors;
    inputs.trainingMode = one.demo;
    inputs.at = one.at;
    return appraise(inputs);
}

CollateralSupply supplyFor(const Case& one, const Service& service, const tests::TemporaryFolder& folder,
                           HttpsSource& source)
{
    CollateralSupply::Options options;
    options.endpoints = {service.url(), "", service.url()};
    options.anchors = one.anchors;
    return {*CollateralCache::open(folder / "cache"), &source, std::move(options)};
}

/// Fetches everything and appraises: the same result as with the files beside the evidence.
void checkFetchedLikeFiles(const Case& one, bool hexCrls)
{
    const tests::TemporaryFolder folder;
    Service service;
    serve(service, tests::vendorAnswers(one.files.evidence, one.files.collateral), hexCrls);
    HttpsSource source;
    const StopSignal stop;
    auto supply = supplyFor(one, service, folder, source);
    const auto supplied = supply.complete(one.files.evidence, {}, one.at, stop);
    REQUIRE_MESSAGE(supplied, supplied.error().message);
    Collateral collateral = supplied->collateral;
    for (const SuppliedItem& item : supplied->items) {
        const bool served = one.files.collateral.find(filesOf(item.request.kind).front()) != nullptr;
        CHECK_MESSAGE((item.origin == SuppliedItem::Origin::Network) == served, item.request.key);
    }
    // What nobody publishes comes from the sender.
    if (!supplied->unpublished.empty()) collateral.files.emplace("vek.der", one.files.collateral.files.at("vek.der"));
    const AppraisalResult fetched = appraised(one, collateral);
    const AppraisalResult expected = appraised(one, one.files.collateral);
    CHECK(fetched.verdict == expected.verdict);
    CHECK(fetched.refusals == expected.refusals);
    CHECK(fetched.checks == expected.checks);
    CHECK(fetched.tcbStatus == expected.tcbStatus);
    if (!one.demo) CHECK(fetched.verdict == Verdict::Accepted);
}

std::optional<Case> sharedCase(const std::string& name)
{
    const auto folder = tests::sharedVector(name);
    if (!folder) return std::nullopt;
    Case out;
    out.files = *readEvidenceCase(*folder);
    const auto expected = nlohmann::json::parse(tests::readText(*folder / "expected.json"), nullptr, false);
    out.at = *parseRfc3339(expected["reference_time"].get<std::string>());
    out.anchors = productionAnchors();
    return out;
}

Case demoCase(TeeKind tee)
{
    const Evidence evidence = *tests::demoVendor().issue(tee, {}, {});
    Case out;
    out.files.evidence = evidence;
    out.files.evidence.auxBlob.clear();
    out.files.collateral = *tests::demoVendor().collateral(tee, tests::kVendorNow);
    out.at = tests::kVendorNow;
    out.anchors = tests::demoVendor().anchors();
    out.demo = true;
    return out;
}

} // namespace

TEST_CASE("the demo's evidence is completed over HTTP and appraised as with files")
{
    for (const TeeKind tee : {TeeKind::Tdx, TeeKind::SevSnp}) {
        for (const bool hexCrls : {false, true})
            checkFetchedLikeFiles(demoCase(tee), hexCrls);
    }
}

TEST_CASE("real evidence is completed from services in the vendors' layouts and accepted at its reference time")
{
    for (const char* name : {"tdx/p01-v4-td10-uptodate-b0c06f", "tdx/p05-v5-td15-uptodate-90c06f", "snp/genoa-v3-vcek",
                             "snp/milan-v3-vcek", "snp/turin-v5-vcek", "snp/milan-v3-vlek-vmpl1"}) {
        const auto one = sharedCase(name);
        if (!one) return;
        INFO(name);
        checkFetchedLikeFiles(*one, false);
    }
}

TEST_CASE(
    "genuine TCB info of another platform under this platform's address is refused, and appraisal refuses it as well")
{
    auto one = sharedCase("tdx/p05-v5-td15-uptodate-90c06f");
    const auto other = sharedCase("tdx/p01-v4-td10-uptodate-b0c06f");
    if (!one || !other) return;
    const tests::TemporaryFolder folder;
    Collateral wrong = one->files.collateral;
    for (const char* name : {"tcb_info.json", "tcb_info_issuer_chain.pem"})
        wrong.files[name] = other->files.collateral.files.at(name);
    Service service;
    serve(service, tests::vendorAnswers(one->files.evidence, wrong), false);
    HttpsSource source;
    const StopSignal stop;
    const auto supplied = supplyFor(*one, service, folder, source).complete(one->files.evidence, {}, one->at, stop);
    REQUIRE(supplied);
    REQUIRE(supplied->missing());
    CHECK(supplied->missing()->message.find("answer is for /tdx/certification/v4/tcb?fmspc=B0C06F000000") !=
          std::string::npos);
    CHECK(supplied->collateral.find("tcb_info.json") == nullptr);
    CHECK(appraised(*one, wrong).verdict == Verdict::Refused);
}

TEST_CASE("a service in disorder leaves each object missing with its address")
{
    const Case one = demoCase(TeeKind::Tdx);
    const tests::TemporaryFolder folder;
    Service service;
    service.server.Get(".*", [](const httplib::Request&, httplib::Response& response) {
        response.set_content("<html>Sign in to the hospital's network</html>", "text/html");
    });
    HttpsSource source;
    const StopSignal stop;
    const auto supplied = supplyFor(one, service, folder, source).complete(one.files.evidence, {}, one.at, stop);
    REQUIRE(supplied);
    CHECK(supplied->collateral.files.empty());
    for (const SuppliedItem& item : supplied->items) {
        REQUIRE(item.problem);
        CHECK(item.problem->message.find(service.url(item.request.key)) == 0);
        CHECK(item.origin == SuppliedItem::Origin::Missing);
    }
}
