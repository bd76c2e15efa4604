// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/digest.h"
#include "tests/ui/support/sample_study.h"

namespace quorate::tests {
namespace {

using attestation::Check;
using attestation::CheckOutcome;
using attestation::Question;

std::string register48(std::string_view name)
{
    return toHex(sha384(asBytes(name)));
}

std::vector<Check> sampleChecks(const std::map<std::string, std::string>& claims, bool refused)
{
    const std::string wanted = register48("mrtd");
    const auto pass = CheckOutcome::Pass;
    return {
        {"tdx.quote.layout", Question::Genuine, pass, "version 4, 5006 bytes", "version 4 or 5, exact length", "Intel DCAP API, quote format"},
        {"tdx.pck-chain.root", Question::Genuine, pass, "a0af0312", "a0af0312", "Pinned Intel SGX Root CA"},
        {"tdx.pck-chain.signature", Question::Genuine, pass, "3 certificates", "unbroken chain", "RFC 5280"},
        {"tdx.quote.signature", Question::Genuine, pass, "valid", "valid", "ECDSA P-256, SHA-256"},
        {"tdx.crl.revocation", Question::Genuine, CheckOutcome::NotChecked, "no CRL given", "a CRL in its validity", "RFC 5280 section 6.3"},
        {"tdx.tcb.status", Question::UpToDate, pass, "UpToDate", "UpToDate", "Intel DCAP QVL, TCB evaluation"},
        {"tdx.mrtd", Question::ApprovedProgram, refused ? CheckOutcome::Fail : pass, claims.at("mrtd"), wanted, "Reference values v4"},
        {"tdx.rtmr0", Question::ApprovedProgram, pass, claims.at("rtmr0"), claims.at("rtmr0"), "Reference values v4"},
        {"tdx.rtmr1", Question::ApprovedProgram, pass, claims.at("rtmr1"), claims.at("rtmr1"), "Reference values v4"},
        {"tdx.rtmr2", Question::ApprovedProgram, pass, claims.at("rtmr2"), claims.at("rtmr2"), "Reference values v4"},
        {"tdx.rtmr3", Question::ApprovedProgram, pass, claims.at("rtmr3"), claims.at("rtmr3"), "Reference values v4"},
        {"tdx.attributes.debug", Question::Locked, pass, "0", "0", "TDX module ABI, ATTRIBUTES"},
        {"tdx.mrconfigid", Question::Locked, pass, claims.at("mrconfigid"), claims.at("mrconfigid"), "Trust protocol, section 2"},
        {"tdx.report-data", Question::KeyInsideAndFresh, pass, claims.at("reportData"), claims.at("reportData"), "Trust protocol, section 2"},
    };
}

std::map<std::string, std::string> sampleClaims(bool refused)
{
    return {
        {"mrtd", register48(refused ? "another program" : "mrtd")},
        {"rtmr0", register48("rtmr0")},
        {"rtmr1", register48("rtmr1")},
        {"rtmr2", register48("rtmr2")},
        {"rtmr3", register48("rtmr3")},
        {"mrconfigid", toHex(sha256(asBytes("launch binding"))) + std::string(32, '0')},
        {"reportData", toHex(sha512(asBytes("report data")))},
        {"fmspc", "50806f000000"},
    };
}

}  // namespace

NodeAppraisal sampleService(const SampleOptions& options)
{
    const bool training = options.mode == study::StudyMode::Training;
    NodeAppraisal node;
    node.name = "Aggregation service";
    node.evidence.blob = toBytes("sample quote");
    node.transcript.purpose = attestation::Purpose::ReleaseOffer;
    node.transcript.hpkePublicKey = sha256(asBytes("enclave key"));
    node.transcript.nonce = sha256(asBytes("nonce"));
    node.transcript.keyEpoch = 2;
    node.transcript.policyDigest = sha256(asBytes("policy"));
    node.transcript.referenceValuesDigest = sha256(asBytes("reference values"));
    auto& result = node.result;
    result.product = "TDX 1.5";
    result.tcbStatus = "UpToDate";
    result.profile = training ? attestation::PolicyProfile::Training : attestation::PolicyProfile::Standard;
    result.demoAnchors = training;
    result.claims = sampleClaims(options.refusedEvidence);
    result.checks = sampleChecks(result.claims, options.refusedEvidence);
    result.appraisedAt = toSeconds(sampleNow(SampleStage::AwaitingKey)) - std::chrono::seconds(38);
    result.verdict = training ? attestation::Verdict::TrainingOnly : attestation::Verdict::Accepted;
    if (options.refusedEvidence) {
        result.verdict = attestation::Verdict::Refused;
        result.refusals = {{"tdx.mrtd", "MRTD is " + result.claims.at("mrtd") + ", want " + register48("mrtd")}};
    }
    return node;
}

}  // namespace quorate::tests
