// SPDX-License-Identifier: GPL-3.0-or-later
// Every public case at its own reference time: verdict, TCB status, advisories and claims as its expected.json says.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "core/attestation/appraisal.h"
#include "core/attestation/case_folder.h"
#include "tests/support/shared_vectors.h"

using namespace quorate;
using namespace quorate::attestation;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

struct Case {
    fs::path folder;
    json expected;
    AppraisalInputs inputs;
    [[nodiscard]] std::string name() const { return folder.filename().string(); }
};

Case load(const fs::path& folder, PolicyProfile profile = PolicyProfile::ChainOnly)
{
    Case out;
    out.folder = folder;
    std::ifstream stream(folder / "expected.json");
    out.expected = json::parse(stream, nullptr, false);
    REQUIRE(out.expected.is_object());
    auto read = readEvidenceCase(folder);
    REQUIRE_MESSAGE(read, folder.string());
    out.inputs.evidence = std::move(read->evidence);
    out.inputs.collateral = std::move(read->collateral);
    out.inputs.policy = shippedPolicy(profile);
    out.inputs.anchors = productionAnchors();
    out.inputs.at = *parseRfc3339(out.expected["reference_time"].get<std::string>());
    return out;
}

std::vector<fs::path> casesIn(const char* kind)
{
    const auto folder = tests::sharedVector(kind);
    if (!folder) return {};
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(*folder)) {
        if (fs::exists(entry.path() / "expected.json")) out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    CHECK(out.size() >= 8);
    return out;
}

bool isRefusedFor(const AppraisalResult& result, const std::string& check, const std::string& reason = {})
{
    return std::any_of(result.refusals.begin(), result.refusals.end(), [&](const Refusal& refusal) {
        return refusal.check == check && refusal.reason.find(reason) != std::string::npos;
    });
}

std::string allRefusals(const AppraisalResult& result)
{
    std::string out;
    for (const Refusal& refusal : result.refusals) out += "\n  " + refusal.check + ": " + refusal.reason;
    return out;
}

const std::map<std::string, std::string> kTdxClaims = {
    {"tee_tcb_svn", "teeTcbSvn"}, {"mrseam", "mrseam"}, {"mrsignerseam", "mrsignerseam"},
    {"seam_attributes", "seamAttributes"}, {"td_attributes", "tdAttributes"}, {"xfam", "xfam"}, {"mrtd", "mrtd"},
    {"mrconfigid", "mrconfigid"}, {"mrowner", "mrowner"}, {"mrownerconfig", "mrownerconfig"}, {"rtmr0", "rtmr0"},
    {"rtmr1", "rtmr1"}, {"rtmr2", "rtmr2"}, {"rtmr3", "rtmr3"}, {"report_data", "reportData"},
    {"tee_tcb_svn2", "teeTcbSvn2"}, {"mrservicetd", "mrservicetd"}};

const std::map<std::string, std::string> kSnpClaims = {
    {"report_version", "version"}, {"signing_key", "signingKey"}, {"policy", "guestPolicy"}, {"vmpl", "vmpl"},
    {"platform_info", "platformInfo"}, {"reported_tcb", "reportedTcb"}, {"committed_tcb", "committedTcb"},
    {"current_tcb", "currentTcb"}, {"launch_tcb", "launchTcb"}, {"fw_current", "currentFirmware"},
    {"launch_mit", "launchMitigations"}, {"current_mit", "currentMitigations"}, {"measurement", "measurement"},
    {"report_data", "reportData"}, {"host_data", "hostData"}, {"id_key_digest", "idKeyDigest"},
    {"author_key_digest", "authorKeyDigest"}, {"family_id", "familyId"}, {"image_id", "imageId"},
    {"report_id", "reportId"}, {"signer_info", "signerInfo"}, {"chip_id", "chipId"}, {"guest_svn", "guestSvn"}};

/// What a case says beside its claims, compared elsewhere or about its origin.
const std::set<std::string> kBesideSnpClaims = {"name",   "expected", "product_root", "copied_from", "reference_time",
                                                "source", "licence",  "product",      "cpuid_fms"};

/// Every claim that the case names, and no key of it unknown to us.
void checkClaims(const json& wanted, const std::map<std::string, std::string>& names, const AppraisalResult& result,
                 const std::set<std::string>& beside = {})
{
    for (const auto& [theirs, value] : wanted.items()) {
        if (beside.contains(theirs)) continue;
        REQUIRE_MESSAGE(names.contains(theirs), theirs);
        const std::string& ours = names.at(theirs);
        REQUIRE_MESSAGE(result.claims.contains(ours), ours);
        CHECK_MESSAGE(result.claims.at(ours) == value.get<std::string>(), ours);
    }
}

/// The members of `quote` that are about the platform and the quoting enclave.
void checkQuote(const json& quote, const AppraisalResult& result)
{
    std::string components;
    for (const json& svn : quote["pck_tcb_comp_svn"]) components += toHex(FixedBytes<1>{{svn.get<std::uint8_t>()}});
    CHECK(result.claims.at("pckCpuSvn") == components);
    CHECK(result.claims.at("quoteVersion") == std::to_string(quote["version"].get<int>()));
    CHECK(result.claims.at("fmspc") == quote["fmspc"].get<std::string>());
    CHECK(result.claims.at("pceid") == quote["pceid"].get<std::string>());
    CHECK(result.claims.at("pceSvn") == std::to_string(quote["pcesvn"].get<int>()));
    CHECK(result.claims.at("qeIsvSvn") == std::to_string(quote["qe_isvsvn"].get<int>()));
    CHECK(result.claims.at("qeIsvProdId") == std::to_string(quote["qe_isvprodid"].get<int>()));
    CHECK(result.claims.at("qeMrsigner") == quote["qe_mrsigner"].get<std::string>());
    CHECK(result.claims.at("trailingBytes") == std::to_string(quote["trailing_bytes"].get<int>()));
    CHECK(result.product == (quote["body_type"] == 3 ? "TDX 1.5" : "TDX 1.0"));
}

/// "fam 0x19 mod 0x11 step 0x01", as the case writes it.
std::string cpuidText(const AppraisalResult& result)
{
    const auto byte = [&](const char* claim) {
        const std::string digits = result.claims.at(claim).substr(2);
        return (digits.size() < 2 ? "0x0" : "0x") + digits;
    };
    return "fam " + byte("cpuidFamily") + " mod " + byte("cpuidModel") + " step " + byte("cpuidStepping");
}

/// The refusal that each case's reject_reason stands for.
const std::map<std::string, std::pair<std::string, std::string>> kReasons = {
    {"TCB_NOT_SUPPORTED(platform)", {"tdx.tcb.level", "TCB not supported"}},
    {"CERT_NOT_YET_VALID", {"tdx.pck-chain.validity", "is valid from 2025-11-24"}},
    {"UNTRUSTED_ROOT", {"trust.root-pin", "abcbd1f4da017d68ac75b49fcd7d12fddcd949d3cb5d9afa78f2cf44d489630b"}},
    {"QE_SIGNATURE", {"tdx.qe-identity.signature", "does not verify"}},
    {"QE_IDENTITY_MISMATCH(id)", {"tdx.qe-identity.content", "\"QE\", want \"TD_QE\""}}};

}  // namespace

TEST_CASE("each TDX case is judged at its reference time as its expected.json says")
{
    for (const fs::path& folder : casesIn("tdx")) {
        const Case one = load(folder);
        const AppraisalResult result = appraise(one.inputs);
        INFO(one.name() << allRefusals(result));
        const json& quote = one.expected["quote"];
        checkClaims(one.expected["td"], kTdxClaims, result);
        checkQuote(quote, result);
        if (one.expected["expected"] == "REJECT") {
            const auto& [check, reason] = kReasons.at(one.expected["reject_reason"].get<std::string>());
            CHECK(isRefusedFor(result, check, reason));
            CHECK(result.verdict == Verdict::Refused);
            continue;
        }
        CHECK(result.tcbStatus == one.expected["tcb_status"].get<std::string>());
        CHECK(result.advisoryIds == one.expected["advisory_ids"].get<std::vector<std::string>>());
        CHECK(result.claims.at("tcbDate") == one.expected["tcb_date"].get<std::string>());
        CHECK(result.claims.at("platformTcbStatus") == one.expected["platform_tcb_status"].get<std::string>());
        CHECK(result.claims.at("qeTcbStatus") == one.expected["qe_tcb_status"].get<std::string>());
        if (one.expected["tdx_module_tcb_status"].is_string()) {
            CHECK(result.claims.at("moduleTcbStatus") == one.expected["tdx_module_tcb_status"].get<std::string>());
        }
        if (one.expected.contains("tcb_evaluation_data_numbers")) {
            CHECK(result.claims.at("tcbEvaluationDataNumber") ==
                  std::to_string(one.expected["tcb_evaluation_data_numbers"][0].get<int>()));
        }
        const bool debug = one.name().find("debug") != std::string::npos;
        const bool partial = one.expected.contains("partial");
        CHECK((result.verdict == Verdict::Accepted) == (!debug && !partial));
        if (debug) CHECK(isRefusedFor(result, "tdx.debug", "DEBUG set"));
        if (debug) CHECK(result.refusals.size() == 1);
        if (partial) CHECK(isRefusedFor(result, "tdx.pck-crl.signature", "collateral missing: pck_ca_crl.der"));
        if (partial) CHECK(result.refusedAs == ErrorKind::Unavailable);
    }
}

TEST_CASE("each SEV-SNP case is judged at its reference time as its expected.json says")
{
    for (const fs::path& folder : casesIn("snp")) {
        const Case one = load(folder);
        const AppraisalResult result = appraise(one.inputs);
        INFO(one.name() << allRefusals(result));
        if (one.name().starts_with("azure-snp")) {
            CHECK(result.verdict == Verdict::Accepted);
            CHECK(result.product == "Genoa");
            CHECK(result.claims.at("vtpmNonce").starts_with("0218488bae25d250"));
            CHECK(result.claims.at("vtpmNonce").ends_with("950f"));
            CHECK(result.claims.at("vtpmNonce").size() == 2 * 48);
            continue;
        }
        checkClaims(one.expected, kSnpClaims, result, kBesideSnpClaims);
        if (one.expected.contains("cpuid_fms")) CHECK(cpuidText(result) == one.expected["cpuid_fms"].get<std::string>());
        const std::string product = one.expected["product"].get<std::string>();
        CHECK(result.product == product.substr(0, product.find(' ')));
        CHECK(result.tcbStatus == "UpToDate");
        const bool debug = one.name().find("debug") != std::string::npos;
        CHECK((result.verdict == Verdict::Accepted) == !debug);
        if (debug) CHECK(isRefusedFor(result, "snp.debug", "allows DEBUG"));
        if (debug) CHECK(result.refusals.size() == 1);
    }
}

TEST_CASE("a debug machine is refused under every profile")
{
    for (const char* kind : {"tdx", "snp"}) {
        for (const fs::path& folder : casesIn(kind)) {
            if (folder.filename().string().find("debug") == std::string::npos) continue;
            for (const PolicyProfile profile :
                 {PolicyProfile::Strict, PolicyProfile::Standard, PolicyProfile::Training, PolicyProfile::ChainOnly}) {
                Case one = load(folder, profile);
                one.inputs.trainingMode = true;
                CHECK(isRefusedFor(appraise(one.inputs), std::string(kind) + ".debug"));
            }
        }
    }
}

TEST_CASE("without reference values and transcript no profile but chain-only accepts")
{
    for (const char* kind : {"tdx", "snp"}) {
        for (const fs::path& folder : casesIn(kind)) {
            for (const PolicyProfile profile :
                 {PolicyProfile::Strict, PolicyProfile::Standard, PolicyProfile::Training}) {
                const Case one = load(folder, profile);
                const AppraisalResult result = appraise(one.inputs);
                CHECK(result.verdict == Verdict::Refused);
                if (result.refusedAs == ErrorKind::Malformed) continue;
                CHECK(isRefusedFor(result, "report-data", "transcript not given"));
                CHECK_FALSE(VerifiedEvidence::from(one.inputs, result));
            }
        }
    }
}

TEST_CASE("the certificate table alone carries a genuine chain")
{
    for (const fs::path& folder : casesIn("snp")) {
        if (folder.filename() != "genoa-v3-tsm-auxblob") continue;
        Case one = load(folder);
        one.inputs.collateral.files.clear();
        const AppraisalResult result = appraise(one.inputs);
        INFO(allRefusals(result));
        CHECK(result.verdict == Verdict::Accepted);
        CHECK(result.count(CheckOutcome::NotChecked) == 4);
    }
}

TEST_CASE("a VLEK and a lower privilege level are refused where the policy does not name them")
{
    for (const fs::path& folder : casesIn("snp")) {
        if (folder.filename() != "milan-v3-vlek-vmpl1") continue;
        Case one = load(folder);
        one.inputs.policy.maxVmpl = 0;
        one.inputs.policy.acceptVlek = false;
        const AppraisalResult result = appraise(one.inputs);
        CHECK(isRefusedFor(result, "snp.vmpl"));
        CHECK(isRefusedFor(result, "snp.signer"));
        CHECK(result.refusals.size() == 2);
    }
}

TEST_CASE("an SGX quoting enclave, another machine's certificate and another product's root do not pass")
{
    const auto folders = casesIn("snp");
    const auto named = [&](const char* name) {
        return *std::find_if(folders.begin(), folders.end(), [&](const fs::path& p) { return p.filename() == name; });
    };
    if (folders.empty()) return;
    Case genoa = load(named("genoa-v3-vcek"));
    const Case other = load(named("genoa-v3-tsm-auxblob"));
    const Case milan = load(named("milan-v3-vcek"));
    Case wrongChip = genoa;
    wrongChip.inputs.collateral.files["vek.der"] = other.inputs.collateral.files.at("vek.der");
    const AppraisalResult result = appraise(wrongChip.inputs);
    CHECK(isRefusedFor(result, "snp.chip-id"));
    CHECK(isRefusedFor(result, "snp.report.signature"));
    Case wrongRoot = genoa;
    wrongRoot.inputs.collateral.files["ark.der"] = milan.inputs.collateral.files.at("ark.der");
    CHECK(isRefusedFor(appraise(wrongRoot.inputs), "trust.root-pin"));
    Case noAnchors = genoa;
    noAnchors.inputs.anchors = {};
    CHECK(isRefusedFor(appraise(noAnchors.inputs), "trust.root-pin"));
}

TEST_CASE("stale collateral is unavailable, not untrusted")
{
    for (const fs::path& folder : casesIn("tdx")) {
        if (!folder.filename().string().starts_with("p01")) continue;
        Case one = load(folder);
        one.inputs.at += std::chrono::hours(24 * 60);
        const AppraisalResult result = appraise(one.inputs);
        CHECK(isRefusedFor(result, "tdx.tcb-info.fresh", "collateral stale"));
        CHECK(result.refusedAs == ErrorKind::Unavailable);
    }
}
