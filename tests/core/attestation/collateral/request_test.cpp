// SPDX-License-Identifier: GPL-3.0-or-later
// Which objects of which service a piece of evidence needs.
#include "core/attestation/case_folder.h"
#include "tests/support/shared_vectors.h"
#include "tests/support/vendor_answers.h"

using namespace quorate;
using namespace quorate::attestation;

namespace {

std::vector<std::string> keysOf(const MissingCollateral& missing)
{
    std::vector<std::string> out;
    for (const CollateralRequest& request : missing.requests)
        out.push_back(request.key);
    return out;
}

Evidence demoEvidence(TeeKind tee)
{
    return *tests::demoVendor().issue(tee, {}, {});
}

/// A shared case without its collateral.
std::optional<Evidence> sharedEvidence(const std::string& name)
{
    const auto folder = tests::sharedVector(name);
    if (!folder) return std::nullopt;
    return readEvidenceCase(*folder)->evidence;
}

/// A report whose bytes at `offset` are these.
Evidence reportWith(Evidence evidence, std::size_t offset, BytesView bytes)
{
    std::copy(bytes.begin(), bytes.end(), evidence.blob.begin() + static_cast<long>(offset));
    return evidence;
}

constexpr std::size_t kChipIdOffset = 0x1A0;
constexpr std::size_t kReportedTcbOffset = 0x180;
constexpr std::size_t kCurrentTcbOffset = 0x038;

} // namespace

TEST_CASE("a TDX quote needs TCB info of its FMSPC, the QE identity and two CRLs")
{
    const auto missing = missingCollateral(demoEvidence(TeeKind::Tdx), {});
    REQUIRE_MESSAGE(missing, missing.error().message);
    const auto keys = keysOf(*missing);
    REQUIRE(keys.size() == 4);
    CHECK(keys[0].starts_with("/tdx/certification/v4/tcb?fmspc="));
    CHECK(keys[0].size() == std::string("/tdx/certification/v4/tcb?fmspc=").size() + 12);
    CHECK(keys[1] == "/tdx/certification/v4/qe/identity");
    CHECK(keys[2] == "/sgx/certification/v4/pckcrl?ca=platform&encoding=der");
    CHECK(keys[3] == "/sgx/certification/v4/rootcacrl");
}

TEST_CASE("an edition is asked for by name or by number, and a number goes before a name")
{
    CollateralWishes wishes;
    wishes.edition.update = TcbEdition::Update::Early;
    auto keys = keysOf(*missingCollateral(demoEvidence(TeeKind::Tdx), {}, wishes));
    CHECK(keys[0].ends_with("&update=early"));
    CHECK(keys[1] == "/tdx/certification/v4/qe/identity?update=early");
    CHECK(keys[2].find("update") == std::string::npos);
    wishes.edition.update = TcbEdition::Update::Standard;
    CHECK(keysOf(*missingCollateral(demoEvidence(TeeKind::Tdx), {}, wishes))[1].ends_with("?update=standard"));
    wishes.edition.evaluationNumber = 17;
    keys = keysOf(*missingCollateral(demoEvidence(TeeKind::Tdx), {}, wishes));
    CHECK(keys[0].ends_with("&tcbEvaluationDataNumber=17"));
    CHECK(keys[1] == "/tdx/certification/v4/qe/identity?tcbEvaluationDataNumber=17");
}

TEST_CASE("what is there is not asked for")
{
    for (const TeeKind tee : {TeeKind::Tdx, TeeKind::SevSnp}) {
        const Collateral all = *tests::demoVendor().collateral(tee, tests::kVendorNow);
        const Evidence evidence = demoEvidence(tee);
        CHECK(missingCollateral(evidence, all)->requests.empty());
        CHECK(missingCollateral(evidence, all)->unpublished.empty());
        Collateral partly = all;
        partly.files.erase(tee == TeeKind::Tdx ? "tcb_info_issuer_chain.pem" : "crl.der");
        CHECK(missingCollateral(evidence, partly)->requests.size() == 1);
    }
    // The demo's certificate table has VCEK, ASK and ARK; hosts hand over no CRL.
    const auto keys = keysOf(*missingCollateral(demoEvidence(TeeKind::SevSnp), {}));
    CHECK(keys == std::vector<std::string>{"/vcek/v1/Genoa/crl"});
}

TEST_CASE("a VCEK is asked for by chip and reported TCB, never by the current one")
{
    Evidence evidence = demoEvidence(TeeKind::SevSnp);
    evidence.auxBlob.clear();
    evidence = reportWith(evidence, kCurrentTcbOffset, Bytes{0xff, 0xfe, 0, 0, 0, 0, 0xfd, 0xfc});
    evidence = reportWith(evidence, kReportedTcbOffset, Bytes{1, 2, 0, 0, 0, 0, 3, 209});
    const auto missing = missingCollateral(evidence, {});
    REQUIRE_MESSAGE(missing, missing.error().message);
    const auto report = snp::parseReport(evidence.blob);
    CHECK(keysOf(*missing) == std::vector<std::string>{"/vcek/v1/Genoa/cert_chain",
                                                       "/vcek/v1/Genoa/" + toHex(report->chipId) +
                                                           "?blSPL=1&teeSPL=2&snpSPL=3&ucodeSPL=209",
                                                       "/vcek/v1/Genoa/crl"});
}

TEST_CASE("what nobody publishes is named, and the rest is still asked for")
{
    Evidence evidence = demoEvidence(TeeKind::SevSnp);
    evidence.auxBlob.clear();
    const auto hidden = missingCollateral(reportWith(evidence, kChipIdOffset, Bytes(64)), {});
    REQUIRE(hidden);
    REQUIRE(hidden->unpublished.size() == 1);
    CHECK(hidden->unpublished[0].kind == ErrorKind::Unavailable);
    CHECK(hidden->unpublished[0].message.find("CHIP_ID") != std::string::npos);
    CHECK(hidden->requests.size() == 2);
    CHECK(missingCollateral(Evidence{TeeKind::Tdx, Bytes(100), {}}, {}).error().kind == ErrorKind::Malformed);
    CHECK(missingCollateral(Evidence{TeeKind::SevSnp, Bytes(100), {}}, {}).error().kind == ErrorKind::Malformed);
}

TEST_CASE("real evidence leads to the addresses that the vendors publish under")
{
    const CollateralEndpoints vendors;
    const auto urlsOf = [&](const std::string& name) {
        std::vector<std::string> out;
        const auto evidence = sharedEvidence(name);
        if (!evidence) return out;
        const auto missing = missingCollateral(*evidence, {});
        REQUIRE(missing);
        for (const auto& request : missing->requests)
            out.push_back(urlFor(request, vendors));
        return out;
    };
    if (!tests::sharedVector("tdx")) return;
    const std::string intel = "https://api.trustedservices.intel.com";
    CHECK(urlsOf("tdx/p05-v5-td15-uptodate-90c06f") ==
          std::vector<std::string>{intel + "/tdx/certification/v4/tcb?fmspc=90C06F000000",
                                   intel + "/tdx/certification/v4/qe/identity",
                                   intel + "/sgx/certification/v4/pckcrl?ca=platform&encoding=der",
                                   "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der"});
    const std::string amd = "https://kdsintf.amd.com";
    CHECK(
        urlsOf("snp/turin-v5-vcek") ==
        std::vector<std::string>{amd + "/vcek/v1/Turin/cert_chain",
                                 amd + "/vcek/v1/Turin/0910b4f884ff4ba9?fmcSPL=1&blSPL=3&teeSPL=2&snpSPL=5&ucodeSPL=97",
                                 amd + "/vcek/v1/Turin/crl"});
    CHECK(urlsOf("snp/milan-v3-vlek-vmpl1") ==
          std::vector<std::string>{amd + "/vlek/v1/Milan/cert_chain", amd + "/vlek/v1/Milan/crl"});
    const auto vlek = missingCollateral(*sharedEvidence("snp/milan-v3-vlek-vmpl1"), {});
    REQUIRE(vlek);
    CHECK(vlek->unpublished.at(0).message.find("VLEK") != std::string::npos);
    // Version 2 names no product; the certificate does, or whoever asks.
    const Evidence old = *sharedEvidence("snp/milan-v2-vcek");
    CHECK(missingCollateral(old, {}).error().kind == ErrorKind::Unavailable);
    CollateralWishes wishes;
    wishes.product = snp::Product::Milan;
    CHECK(keysOf(*missingCollateral(old, {}, wishes))[0] == "/vcek/v1/Milan/cert_chain");
}
