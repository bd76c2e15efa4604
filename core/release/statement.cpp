// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "core/release/share_binding.h"

namespace quorate::release {
namespace {

using attestation::Purpose;
using attestation::Transcript;

constexpr std::array kVolatileClaims{"reportData", "tcbDate", "tcbEvaluationDataNumber"};
constexpr std::array kPlatformIdClaims{"chipId", "fmspc"};

std::string platformIdOf(const std::map<std::string, std::string>& claims)
{
    for (const char* name : kPlatformIdClaims) {
        if (const auto found = claims.find(name); found != claims.end()) return found->second;
    }
    return {};
}

Result<void> checkOffer(const study::StudyProtocol& protocol, const Transcript& offer)
{
    if (offer.purpose != Purpose::ReleaseOffer) {
        return fail(ErrorKind::PolicyRefused, "evidence answers purpose " + std::to_string(static_cast<int>(offer.purpose)) +
                                                  ", want 2 (release offer)");
    }
    if (offer.study != protocol.id || offer.keyEpoch != protocol.keyEpoch) {
        return fail(ErrorKind::PolicyRefused, "evidence is for key epoch " + std::to_string(offer.keyEpoch) + " of study " +
                                                  toHex(offer.study) + ", the protocol is not");
    }
    if (offer.policyDigest != protocol.policyDigest || offer.referenceValuesDigest != protocol.referenceValuesDigest) {
        return fail(ErrorKind::PolicyRefused, "evidence binds another policy or other reference values than the protocol");
    }
    if (offer.hpkeSuite != hpke::kSuite) {
        return fail(ErrorKind::PolicyRefused, "evidence offers HPKE suite " + toHex(offer.hpkeSuite) + ", want " + toHex(hpke::kSuite));
    }
    return {};
}

/// Collects "name is x, statement says y".
class Differences {
public:
    void compare(const std::string& name, const std::string& found, const std::string& stated)
    {
        if (found != stated) m_lines.push_back(name + " is " + shown(found) + ", statement says " + shown(stated));
    }
    template <std::size_t N>
    void compare(const char* name, const FixedBytes<N>& found, const FixedBytes<N>& stated)
    {
        compare(name, toHex(found), toHex(stated));
    }
    void add(std::string line) { m_lines.push_back(std::move(line)); }
    std::vector<std::string> take() { return std::move(m_lines); }

private:
    static std::string shown(const std::string& value) { return value.empty() ? "absent" : value; }
    std::vector<std::string> m_lines;
};

void compareTimes(Differences& out, const ReleaseStatement& statement, UtcSeconds now)
{
    if (now + kClockSkew < statement.notBefore) out.add("statement is valid from " + formatRfc3339(statement.notBefore));
    if (now >= statement.notAfter) out.add("statement expired at " + formatRfc3339(statement.notAfter));
}

void compareTranscripts(Differences& out, const Transcript& found, const Transcript& stated)
{
    if (found.purpose != Purpose::ReleaseConfirm) {
        out.add("evidence answers purpose " + std::to_string(static_cast<int>(found.purpose)) + ", want 3 (release confirm)");
    }
    if (found.nonce == stated.nonce) out.add("nonce is the offer's, want a fresh one");
    if (found.role != stated.role) out.add("attester role is not the statement's");
    out.compare("study", found.study, stated.study);
    out.compare("site", found.site, stated.site);
    out.compare("key epoch", std::to_string(found.keyEpoch), std::to_string(stated.keyEpoch));
    out.compare("HPKE suite", found.hpkeSuite, stated.hpkeSuite);
    out.compare("HPKE key", found.hpkePublicKey, stated.hpkePublicKey);
    out.compare("TLS key", found.tlsLeafSpki, stated.tlsLeafSpki);
    out.compare("receipt key", toHex(found.receiptKeySpki), toHex(stated.receiptKeySpki));
    out.compare("policy", found.policyDigest, stated.policyDigest);
    out.compare("reference values", found.referenceValuesDigest, stated.referenceValuesDigest);
    out.compare("roster root", found.rosterRootSpki, stated.rosterRootSpki);
}

/// Every claim of either side, so that one that disappears counts as a difference too.
void compareClaims(Differences& out, const std::map<std::string, std::string>& found,
                   const std::map<std::string, std::string>& stated)
{
    std::map<std::string, std::pair<std::string, std::string>> all;
    for (const auto& [name, value] : found) all[name].first = value;
    for (const auto& [name, value] : stated) all[name].second = value;
    std::erase_if(all, [](const auto& claim) { return isVolatileClaim(claim.first); });
    for (const auto& [name, values] : all) out.compare(name, values.first, values.second);
}

}  // namespace

bool isVolatileClaim(const std::string& claim)
{
    return std::find(kVolatileClaims.begin(), kVolatileClaims.end(), claim) != kVolatileClaims.end();
}

Result<ReleaseStatement> makeStatement(const study::StudyProtocol& protocol, const Digest32& protocolDigest,
                                       const attestation::VerifiedEvidence& offer, const Uuid& requester, UtcSeconds now,
                                       std::chrono::minutes validity)
{
    TRY(checkOffer(protocol, offer.transcript()));
    if (requester.isZero()) return fail(ErrorKind::PolicyRefused, "statement has no requester");
    if (validity <= validity.zero()) return fail(ErrorKind::PolicyRefused, "statement would be valid for no time");
    const attestation::AppraisalResult& result = offer.result();
    ReleaseStatement out;
    out.study = protocol.id;
    out.protocolDigest = protocolDigest;
    out.keyEpoch = protocol.keyEpoch;
    out.requester = requester;
    out.transcript = offer.transcript();
    out.evidenceDigest = offer.evidence().digest();
    out.collateralDigests = result.inputDigests;
    out.claims = result.claims;
    for (const attestation::Check& check : result.checks) out.checks.push_back({check.id, nameOf(check.outcome)});
    out.tee = nameOf(result.tee);
    out.product = result.product;
    out.tcbStatus = result.tcbStatus;
    out.platformId = platformIdOf(result.claims);
    out.notBefore = now;
    out.notAfter = now + validity;
    return out;
}

std::vector<std::string> differencesFrom(const ReleaseStatement& statement, const attestation::VerifiedEvidence& confirm,
                                         UtcSeconds now)
{
    const attestation::AppraisalResult& result = confirm.result();
    Differences out;
    compareTimes(out, statement, now);
    compareTranscripts(out, confirm.transcript(), statement.transcript);
    out.compare("TEE", nameOf(result.tee), statement.tee);
    out.compare("product", result.product, statement.product);
    out.compare("TCB status", result.tcbStatus, statement.tcbStatus);
    out.compare("platform", platformIdOf(result.claims), statement.platformId);
    compareClaims(out, result.claims, statement.claims);
    return out.take();
}

Result<Bytes> sealShare(const ReleaseStatement& statement, const Digest32& statementDigest,
                        const attestation::VerifiedEvidence& confirm, const Uuid& custodian, const SecretBytes& share,
                        UtcSeconds now, const RandomSource& random)
{
    if (custodian == statement.requester) {
        return fail(ErrorKind::PolicyRefused, "who requests a release cannot approve it");
    }
    std::string joined;
    for (const std::string& difference : differencesFrom(statement, confirm, now)) {
        joined.append(joined.empty() ? "" : "; ").append(difference);
    }
    if (!joined.empty()) return fail(ErrorKind::PolicyRefused, std::move(joined));
    const ShareBinding binding = bindingAtRelease(statement, statementDigest, custodian);
    return hpke::seal(confirm.transcript().hpkePublicKey, binding.info, binding.aad, share.expose(), random);
}

}  // namespace quorate::release
