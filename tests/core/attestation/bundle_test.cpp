// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves the appraisal: the bundle that gives the same bytes again, and the EAR claims.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/attestation/bundle.h"
#include "core/attestation/case_folder.h"
#include "core/attestation/ear.h"
#include "tests/support/shared_vectors.h"

using namespace quorate;
using namespace quorate::attestation;
using nlohmann::json;

namespace {

/// Evidence that is no quote: an appraisal of it is refused and is an appraisal all the same.
AppraisalInputs someInputs()
{
    AppraisalInputs inputs;
    inputs.evidence.blob = Bytes(700, 4);
    inputs.evidence.eventLog = Bytes(3, 9);
    inputs.collateral.files["tcb_info.json"] = toBytes("{}");
    inputs.policy = shippedPolicy(PolicyProfile::Strict);
    inputs.referenceValues = ReferenceValues{};
    inputs.transcript = Transcript{};
    inputs.productAcceptance = ProductAcceptance{{}, "Milan", "until the new machines come", *parseRfc3339("2027-01-01T00:00:00Z"), {}};
    inputs.anchors = productionAnchors();
    inputs.at = *parseRfc3339("2026-11-21T09:00:00Z");
    return inputs;
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    return text.replace(at, from.size(), to);
}

std::optional<AppraisalInputs> vectorCase(const char* name, const char* at)
{
    const auto folder = tests::sharedVector(name);
    if (!folder) return std::nullopt;
    auto read = readEvidenceCase(*folder);
    REQUIRE(read);
    AppraisalInputs inputs;
    inputs.evidence = std::move(read->evidence);
    inputs.collateral = std::move(read->collateral);
    inputs.policy = shippedPolicy(PolicyProfile::ChainOnly);
    inputs.anchors = productionAnchors();
    inputs.at = *parseRfc3339(at);
    return inputs;
}

json submodOf(const AppraisalResult& result)
{
    const json claims = json::parse(toEarClaims(result), nullptr, false);
    CHECK(claims["eat_profile"] == "tag:ietf.org,2026:rats/ear#04");
    return claims["submods"][nameOf(result.tee)];
}

/// A result with one check of each question, all passed.
AppraisalResult passed()
{
    AppraisalResult out;
    out.verdict = Verdict::Accepted;
    for (const Question question : {Question::Genuine, Question::UpToDate, Question::ApprovedProgram, Question::Locked, Question::KeyInsideAndFresh})
        out.checks.push_back({"some.check", question, CheckOutcome::Pass, {}, {}, {}});
    return out;
}

}  // namespace

TEST_CASE("a bundle reads back as it was written and gives the recorded bytes again")
{
    const AppraisalInputs inputs = someInputs();
    const std::string text = writeBundle(inputs, appraise(inputs));
    CHECK(looksLikeBundle(asBytes(text)));
    const auto bundle = parseBundle(asBytes(text));
    REQUIRE_MESSAGE(bundle, bundle.error().message);
    CHECK(bundle->inputs.evidence == inputs.evidence);
    CHECK(bundle->inputs.collateral == inputs.collateral);
    CHECK(bundle->inputs.policy == inputs.policy);
    CHECK(bundle->inputs.transcript == inputs.transcript);
    CHECK(bundle->inputs.productAcceptance == inputs.productAcceptance);
    const Reappraisal again = reappraise(*bundle, productionAnchors());
    CHECK(again.difference.empty());
    CHECK(again.sameAnchors);
    CHECK(writeBundle(inputs, again.result) == text);
}

TEST_CASE("another result, time, policy or root than the recorded one is found and located")
{
    const AppraisalInputs inputs = someInputs();
    const std::string text = writeBundle(inputs, appraise(inputs));
    const auto differenceOf = [](const std::string& changed, const TrustAnchors& anchors) {
        const auto bundle = parseBundle(asBytes(changed));
        REQUIRE(bundle);
        return reappraise(*bundle, anchors).difference;
    };
    CHECK(differenceOf(replaced(text, "\\\"refused\\\"", "\\\"accepted\\\""), productionAnchors()).find("line 2") == 0);
    CHECK_FALSE(differenceOf(replaced(text, "\"at\": \"2026-11-21T09", "\"at\": \"2026-11-21T08"), productionAnchors()).empty());
    CHECK_FALSE(differenceOf(replaced(text, "\\\"reattestMinutes\\\": 10", "\\\"reattestMinutes\\\": 99"), productionAnchors()).empty());
    CHECK_FALSE(differenceOf(text, TrustAnchors{}).empty());
}

TEST_CASE("a bundle that is cut, lengthened, or has another member is refused")
{
    const AppraisalInputs inputs = someInputs();
    const std::string text = writeBundle(inputs, appraise(inputs));
    for (std::size_t size = 0; size + 2 < text.size(); size += 97) CHECK_FALSE(parseBundle(asBytes(text.substr(0, size))));
    CHECK_FALSE(parseBundle(asBytes(text + "x")));
    CHECK_FALSE(parseBundle(asBytes(replaced(text, "\"trainingMode\": false", "\"trainingMode\": 0"))));
    CHECK_FALSE(parseBundle(asBytes(replaced(text, "\"trainingMode\"", "\"trainingMood\""))));
    CHECK_FALSE(parseBundle(asBytes(replaced(text, "\"at\":", "\"extra\": 1, \"at\":"))));
    CHECK_FALSE(parseBundle(asBytes(replaced(text, "\"evidence\": \"", "\"evidence\": \"!"))));
    CHECK_FALSE(parseBundle(Bytes(kMaxBundleBytes + 1, ' ')));
}

TEST_CASE("EAR claims affirm what was checked and passed, and nothing else")
{
    json submod = submodOf(passed());
    CHECK(submod["ear_status"] == "affirming");
    CHECK(submod["ear_trustworthiness_vector"] ==
          json{{"instance-identity", 0}, {"configuration", 2}, {"executables", 3}, {"hardware", 2}, {"runtime-opaque", 2}});
    CHECK(submod["ear_verifier_claims"]["draft"] == "draft-ietf-rats-ear-04");

    AppraisalResult result = passed();
    result.checks[2].outcome = CheckOutcome::NotChecked;
    CHECK(submodOf(result)["ear_trustworthiness_vector"]["executables"] == 0);
    result.verdict = Verdict::Refused;
    result.refusedAs = ErrorKind::Untrusted;
    result.checks[0].outcome = CheckOutcome::Fail;
    CHECK(submodOf(result)["ear_trustworthiness_vector"]["hardware"] == 99);
    CHECK(submodOf(result)["ear_status"] == "contraindicated");

    AppraisalResult demo = passed();
    demo.verdict = Verdict::TrainingOnly;
    demo.demoAnchors = true;
    CHECK(submodOf(demo)["ear_status"] == "none");
    CHECK(submodOf(demo)["ear_trustworthiness_vector"]["hardware"] == 0);

    AppraisalResult stale = passed();
    stale.verdict = Verdict::Refused;
    stale.refusedAs = ErrorKind::Unavailable;
    stale.checks[1].outcome = CheckOutcome::NotChecked;
    CHECK(submodOf(stale)["ear_status"] == "none");
}

TEST_CASE("a signed EAR is a JWT that its key verifies")
{
    const auto key = SigningKey::generate(EcCurve::P256);
    REQUIRE(key);
    const auto token = signEar(passed(), *key);
    REQUIRE(token);
    CHECK(token->find_first_of("+/= ") == std::string::npos);
    const std::size_t dot = token->rfind('.');
    std::string signature = token->substr(dot + 1);
    for (char& c : signature) c = c == '-' ? '+' : c == '_' ? '/' : c;
    signature.resize((signature.size() + 3) / 4 * 4, '=');
    CHECK(key->publicKey().verifyRaw(EcCurve::P256, asBytes(token->substr(0, dot)), *parseBase64(signature)));
    const auto other = SigningKey::generate(EcCurve::P384);
    REQUIRE(other);
    CHECK_FALSE(signEar(passed(), *other));
}

TEST_CASE("a genuine case under chain-only affirms the hardware alone, and its bundle gives the same bytes")
{
    const auto inputs = vectorCase("tdx/p01-v4-td10-uptodate-b0c06f", "2025-06-20T00:00:00Z");
    if (!inputs) return;
    const AppraisalResult result = appraise(*inputs);
    const json submod = submodOf(result);
    CHECK(submod["ear_status"] == "none");
    CHECK(submod["ear_trustworthiness_vector"]["hardware"] == 2);
    CHECK(submod["ear_trustworthiness_vector"]["executables"] == 0);
    CHECK(submod["ear_verifier_claims"]["programJudged"] == false);
    const auto bundle = parseBundle(asBytes(writeBundle(*inputs, result)));
    REQUIRE(bundle);
    CHECK(reappraise(*bundle, productionAnchors()).difference.empty());
}
