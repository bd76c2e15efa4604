// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/ear.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace quorate::attestation {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kEarProfile[] = "tag:ietf.org,2026:rats/ear#04";

/// Values of draft-ietf-rats-ar4si, section 2.3: what is claimed of each aspect.
constexpr int kNoClaim = 0;
constexpr int kAffirmed = 2;
constexpr int kApprovedBoot = 3;
constexpr int kUnsafe = 32;
constexpr int kUnrecognisedProgram = 33;
constexpr int kUnsupportable = 96;
constexpr int kUnrecognised = 97;
constexpr int kCryptographyFailed = 99;
constexpr int kLeastWarning = 32;
constexpr int kLeastContraindicated = 96;

struct Tally {
    int passed = 0;
    int failed = 0;
    int notChecked = 0;
    int notApplicable = 0;
};

/// The allow-lists of machines answer who the attester is, not how it is set up.
bool isMachineList(const Check& check) { return check.id == "snp.hardware" || check.id == "tdx.hardware"; }

template <typename Wanted>
Tally tally(const AppraisalResult& result, const Wanted& wanted)
{
    Tally out;
    for (const Check& check : result.checks) {
        if (!wanted(check)) continue;
        switch (check.outcome) {
        case CheckOutcome::Pass: ++out.passed; break;
        case CheckOutcome::Fail: ++out.failed; break;
        case CheckOutcome::NotChecked: ++out.notChecked; break;
        case CheckOutcome::NotApplicable: ++out.notApplicable; break;
        }
    }
    return out;
}

Tally tally(const AppraisalResult& result, Question question)
{
    return tally(result, [&](const Check& check) { return check.question == question && !isMachineList(check); });
}

int affirmedUnless(const Tally& counts, int affirmed) { return counts.notChecked == 0 && counts.passed > 0 ? affirmed : kNoClaim; }

int hardwareOf(const AppraisalResult& result)
{
    const Tally genuine = tally(result, Question::Genuine);
    const Tally current = tally(result, Question::UpToDate);
    // Simulated hardware is none, however well its papers are made.
    if (result.demoAnchors) return kNoClaim;
    if (genuine.failed > 0) return kCryptographyFailed;
    if (current.failed > 0) return kUnsafe;
    return std::min(affirmedUnless(genuine, kAffirmed), affirmedUnless(current, kAffirmed));
}

int configurationOf(const AppraisalResult& result)
{
    const Tally locked = tally(result, Question::Locked);
    const bool debug = std::any_of(result.checks.begin(), result.checks.end(), [](const Check& check) {
        return (check.id == "snp.debug" || check.id == "tdx.debug") && check.outcome == CheckOutcome::Fail;
    });
    if (debug) return kUnsupportable;
    if (locked.failed > 0) return kUnsafe;
    return result.profile == PolicyProfile::ChainOnly ? kNoClaim : affirmedUnless(locked, kAffirmed);
}

int executablesOf(const AppraisalResult& result)
{
    const Tally program = tally(result, Question::ApprovedProgram);
    return program.failed > 0 ? kUnrecognisedProgram : affirmedUnless(program, kApprovedBoot);
}

int identityOf(const AppraisalResult& result)
{
    const Tally machine = tally(result, isMachineList);
    return machine.failed > 0 ? kUnrecognised : affirmedUnless(machine, kAffirmed);
}

/// The aspects of which evidence of this kind speaks; the others (file system, storage, sourced data) are not appraised.
Json vectorOf(const AppraisalResult& result)
{
    const int hardware = hardwareOf(result);
    return {{"instance-identity", identityOf(result)},
            {"configuration", configurationOf(result)},
            {"executables", executablesOf(result)},
            {"hardware", hardware},
            {"runtime-opaque", hardware == kAffirmed ? kAffirmed : kNoClaim}};
}

const char* statusOf(const AppraisalResult& result, const Json& vector)
{
    if (result.verdict == Verdict::Accepted && result.profile != PolicyProfile::ChainOnly) return "affirming";
    // A rehearsal and a diagnosis say nothing about the whole.
    if (result.verdict != Verdict::Refused) return "none";
    int worst = kNoClaim;
    for (const auto& value : vector) worst = std::max(worst, value.get<int>());
    const bool untrusted = result.refusedAs == ErrorKind::Untrusted || result.refusedAs == ErrorKind::Malformed;
    if (worst >= kLeastContraindicated || untrusted) return "contraindicated";
    return worst >= kLeastWarning || result.refusedAs != ErrorKind::Unavailable ? "warning" : "none";
}

Json verifierClaims(const AppraisalResult& result)
{
    Json refusals = Json::array();
    for (const Refusal& refusal : result.refusals) refusals.push_back({{"check", refusal.check}, {"reason", refusal.reason}});
    Json digests = Json::object();
    for (const auto& [name, digest] : result.inputDigests) digests[name] = toHex(digest);
    return {{"draft", kEarDraft},
            {"verdict", nameOf(result.verdict)},
            {"product", result.product},
            {"tcbStatus", result.tcbStatus},
            {"advisoryIds", result.advisoryIds},
            {"programJudged", result.profile != PolicyProfile::ChainOnly},
            {"rehearsal", result.profile == PolicyProfile::Training || result.demoAnchors},
            {"refusals", std::move(refusals)},
            {"inputDigests", std::move(digests)}};
}

Json claimsSet(const AppraisalResult& result)
{
    Json vector = vectorOf(result);
    const char* status = statusOf(result, vector);
    const auto policy = result.inputDigests.find("policy");
    Json policies = Json::array({std::string("urn:quorate:policy:") + nameOf(result.profile)});
    if (policy != result.inputDigests.end()) policies.push_back("urn:quorate:policy:sha256:" + toHex(policy->second));
    return {{"eat_profile", kEarProfile},
            {"iat", result.appraisedAt.time_since_epoch().count()},
            {"ear_verifier_id", {{"developer", "Quorate"}, {"build", "quorate-core"}}},
            {"submods",
             {{nameOf(result.tee),
               {{"ear_status", status},
                {"ear_trustworthiness_vector", std::move(vector)},
                {"ear_appraisal_policy_ids", std::move(policies)},
                {"ear_attester_claims", result.claims},
                {"ear_verifier_claims", verifierClaims(result)}}}}}};
}

/// RFC 4648 section 5, without padding.
std::string base64Url(BytesView bytes)
{
    std::string out = toBase64(bytes);
    std::replace(out.begin(), out.end(), '+', '-');
    std::replace(out.begin(), out.end(), '/', '_');
    out.erase(std::find(out.begin(), out.end(), '='), out.end());
    return out;
}

std::string compact(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string toEarClaims(const AppraisalResult& result)
{
    return claimsSet(result).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<std::string> signEar(const AppraisalResult& result, const SigningKey& key)
{
    if (key.curve() != EcCurve::P256) return fail(ErrorKind::Malformed, "key is not on P-256, which ES256 wants");
    const Json header{{"alg", "ES256"}, {"typ", "JWT"}, {"kid", toHex(key.publicKey().spkiSha256())}};
    std::string token = base64Url(asBytes(compact(header))) + "." + base64Url(asBytes(compact(claimsSet(result))));
    TRY_ASSIGN(signature, key.signRaw(asBytes(token)));
    return token + "." + base64Url(signature);
}

}  // namespace quorate::attestation
