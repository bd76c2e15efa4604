// SPDX-License-Identifier: GPL-3.0-or-later
// Every truncation and every changed byte of TDX evidence and its collateral, real and our own. A change is refused, or
// it is one of those named at `meansNothing` and `sweepQuote`, each with its reason.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/attestation/case_folder.h"
#include "core/attestation/verify/tdx_collateral.h"
#include "core/attestation/verify/tdx_quote_signatures.h"
#include "core/crypto/digest.h"
#include "tests/support/intel_world.h"
#include "tests/support/shared_vectors.h"
#include "tests/support/sweep.h"

using namespace quorate;
using namespace quorate::attestation;
namespace fs = std::filesystem;

namespace {

using Accepts = std::function<bool(const Bytes&)>;

/// A file cut after its last meaningful byte: only white space or a NUL is gone. PEM text and JSON may end in a line
/// break, a DER list in one NUL; nothing reads them.
bool meansNothing(const Bytes& original, const Bytes& cut)
{
    return std::all_of(original.begin() + static_cast<std::ptrdiff_t>(cut.size()), original.end(),
                       [](std::uint8_t b) { return b == '\n' || b == '\r' || b == 0; });
}

/// No truncation and no changed byte of one object is accepted by the function that verifies it, which `name` names.
void sweepObject(const std::string& name, const Bytes& original, const Accepts& accepts)
{
    // Issuer chains and lists are often the same in several cases.
    static std::set<Digest32> done;
    if (!done.insert(sha256(ByteWriter().lengthPrefixed(asBytes(name)).raw(original).bytes())).second) return;
    REQUIRE_MESSAGE(accepts(original), name);
    std::string accepted;
    tests::forEachTruncation(original, [&](const Bytes& cut) {
        if (!meansNothing(original, cut) && accepts(cut)) accepted += " cut to " + std::to_string(cut.size());
    });
    tests::forEachByteChange(original, [&](const Bytes& changed, std::size_t at) {
        if (accepts(changed)) accepted += " byte " + std::to_string(at);
    });
    CHECK_MESSAGE(accepted.empty(), name << accepted);
}

CollateralFile fileOf(const Bytes& bytes) { return {bytes, sha256(bytes)}; }

void sweepCollateral(const AppraisalInputs& inputs)
{
    const auto quote = tdx::parseQuote(inputs.evidence.blob).value();
    AppraisalMemo memo;
    const auto chain = verifyPckChain(asText(quote.certData), memo).value();
    const auto& pins = inputs.anchors.intelSgxRoots;
    const auto signer = verifyTcbSigner(fileOf(*inputs.collateral.find("tcb_info_issuer_chain.pem")), pins, nullptr, inputs.at, memo);
    REQUIRE(signer);
    const auto isSigner = [&](const Bytes& b) { return verifyTcbSigner(fileOf(b), pins, nullptr, inputs.at, memo).has_value(); };
    const std::pair<const char*, Accepts> objects[] = {
        {"root_ca_crl.der", [&](const Bytes& b) { return verifyIntelCrl(b, chain[2]).has_value(); }},
        {"pck_ca_crl.der", [&](const Bytes& b) { return verifyIntelCrl(b, chain[1]).has_value(); }},
        {"pck_crl_issuer_chain.pem", [&](const Bytes& b) { return checkCrlIssuerChain(fileOf(b), chain[1], chain[2], memo).has_value(); }},
        {"tcb_info_issuer_chain.pem", isSigner},
        {"qe_identity_issuer_chain.pem", isSigner},
        {"tcb_info.json", [&](const Bytes& b) { return verifySignedJson(b, "tcbInfo", *signer).has_value(); }},
        {"qe_identity.json", [&](const Bytes& b) { return verifySignedJson(b, "enclaveIdentity", *signer).has_value(); }},
    };
    for (const auto& [file, accepts] : objects) {
        const std::string name = file;
        sweepObject(name.ends_with("issuer_chain.pem") && !name.starts_with("pck") ? "TCB signer" : name,
                    *inputs.collateral.find(name), accepts);
    }
}

/// Everything that the quote itself must satisfy under a chain that was verified.
bool isGenuine(const Bytes& blob, const Certificate& pck)
{
    const auto quote = tdx::parseQuote(blob);
    return quote && quote->qeReport.reportData == wantedQeReportData(*quote) && verifyQuoteSignature(*quote, blob) &&
           verifyQeReport(*quote, pck);
}

/// No truncation and no changed byte of a quote is accepted: up to the chain in it by the quote's two signatures and
/// their binding, the chain by the function that it is given to.
///
/// Not swept are the bytes behind the signature data: nothing signs them, chain-only follows Intel's rules and lists
/// them, and the other profiles want zeros (decision 10).
void sweepQuote(const AppraisalInputs& inputs)
{
    const Bytes& original = inputs.evidence.blob;
    const auto quote = tdx::parseQuote(original).value();
    AppraisalMemo memo;
    const auto chain = verifyPckChain(asText(quote.certData), memo).value();
    const std::size_t end = original.size() - quote.trailing.size();
    const std::size_t chainStart = end - quote.certData.size();
    REQUIRE(isGenuine(original, chain[0]));
    std::string unnoticed;
    tests::forEachTruncation(original, [&](const Bytes& cut) {
        if (cut.size() < end && tdx::parseQuote(cut)) unnoticed += " cut to " + std::to_string(cut.size());
    });
    const Bytes beforeChain(original.begin(), original.begin() + static_cast<std::ptrdiff_t>(chainStart));
    Bytes blob = original;
    AppraisalInputs whole = inputs;
    tests::forEachByteChange(beforeChain, [&](const Bytes& changed, std::size_t at) {
        std::copy(changed.begin(), changed.end(), blob.begin());
        if (!isGenuine(blob, chain[0])) return;
        // The chain may by now be called something else, which the whole appraisal must notice.
        whole.evidence.blob = blob;
        if (appraise(whole).verdict != Verdict::Refused) unnoticed += " byte " + std::to_string(at);
    });
    CHECK_MESSAGE(unnoticed.empty(), unnoticed);
    sweepObject("chain in the quote", quote.certData,
                [](const Bytes& b) {
                    AppraisalMemo fresh;
                    return verifyPckChain(asText(b), fresh).has_value();
                });
}

/// The whole appraisal agrees with its parts: a stride of changes through every file that it reads.
void sweepWhole(const AppraisalInputs& inputs)
{
    REQUIRE(appraise(inputs).verdict == Verdict::Accepted);
    const auto quote = tdx::parseQuote(inputs.evidence.blob).value();
    AppraisalInputs changed = inputs;
    for (std::size_t at = 0; at < inputs.evidence.blob.size() - quote.trailing.size(); at += 131) {
        changed.evidence.blob[at] ^= 0x01;
        CHECK_MESSAGE(appraise(changed).verdict == Verdict::Refused, "quote byte " << at);
        changed.evidence.blob = inputs.evidence.blob;
    }
    for (const auto& [name, bytes] : inputs.collateral.files) {
        for (std::size_t at = 0; at < bytes.size(); at += 131) {
            changed.collateral.files[name][at] ^= 0x01;
            const AppraisalResult result = appraise(changed);
            // A chain beside a quote that carries its own is not read.
            CHECK_MESSAGE((result.verdict == Verdict::Accepted) == (name == "pck_chain.pem"), name << " byte " << at);
            changed.collateral.files[name] = bytes;
        }
    }
}

void sweepAll(const AppraisalInputs& inputs)
{
    sweepQuote(inputs);
    sweepCollateral(inputs);
    sweepWhole(inputs);
}

std::vector<AppraisalInputs> realCases()
{
    const auto folder = tests::sharedVector("tdx");
    if (!folder) return {};
    std::vector<AppraisalInputs> out;
    for (const auto& entry : fs::directory_iterator(*folder)) {
        const std::string name = entry.path().filename().string();
        const std::set<std::string> accepted{"p01", "p03", "p04", "p05", "p07", "p08"};
        if (!accepted.contains(name.substr(0, 3))) continue;
        const auto expected = nlohmann::json::parse(tests::readText(entry.path() / "expected.json"), nullptr, false);
        auto read = readEvidenceCase(entry.path());
        REQUIRE(read);
        AppraisalInputs inputs;
        inputs.evidence = std::move(read->evidence);
        inputs.collateral = std::move(read->collateral);
        inputs.policy = shippedPolicy(PolicyProfile::ChainOnly);
        inputs.anchors = productionAnchors();
        inputs.at = parseRfc3339(expected["reference_time"].get<std::string>()).value();
        out.push_back(std::move(inputs));
    }
    CHECK(out.size() == 6);
    return out;
}

}  // namespace

TEST_CASE("no change of a real quote goes unnoticed")
{
    for (const AppraisalInputs& inputs : realCases()) sweepQuote(inputs);
}

TEST_CASE("no change of real collateral is accepted")
{
    for (const AppraisalInputs& inputs : realCases()) sweepCollateral(inputs);
}

TEST_CASE("the whole appraisal of real evidence refuses what its parts refuse")
{
    for (const AppraisalInputs& inputs : realCases()) sweepWhole(inputs);
}

TEST_CASE("no change of our own evidence is accepted, of either version")
{
    tests::IntelWorld version4;
    sweepAll(version4.build());
    tests::IntelWorld version5;
    version5.becomeVersion5(tdx::kBodyTypeReport15Ex, tdx::kReport15ExBytes);
    sweepQuote(version5.build());
    sweepWhole(version5.build());
}

TEST_CASE("no change of a chain beside a quote that carries none is accepted")
{
    const tests::IntelWorld world;
    const AppraisalInputs inputs = world.build();
    sweepObject("pck_chain.pem", *inputs.collateral.find("pck_chain.pem"),
                [](const Bytes& b) {
                    AppraisalMemo fresh;
                    return verifyPckChain(asText(b), fresh).has_value();
                });
}
