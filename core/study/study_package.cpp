// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/study_package.h"

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/study/reference_codec.h"

namespace quorate::study {
namespace {

constexpr std::size_t kMaxPackageBytes = 8 * 1024 * 1024;

/// Nothing here is signed by two; a signature that nobody checks must not travel along.
Result<void> requireOneSignature(const dsse::Envelope& envelope, const char* kind)
{
    if (envelope.signatures.size() == 1) return {};
    return fail(ErrorKind::Malformed, std::string(kind) + " carries " + std::to_string(envelope.signatures.size()) + " signatures, want 1");
}

Result<void> requireCoordinator(const dsse::Envelope& envelope, const char* kind, const Roster& roster, UtcSeconds time)
{
    TRY_ASSIGN(signer, signerOf(envelope, kind, roster, time));
    if (signer.role != Role::Coordinator) {
        return fail(ErrorKind::PolicyRefused, std::string(kind) + " is signed by a " + nameOf(signer.role) + ", want a coordinator");
    }
    return {};
}

Result<void> requireDigest(const Digest32& found, const Digest32& wanted, const char* what)
{
    if (found == wanted) return {};
    return fail(ErrorKind::Untrusted, std::string(what) + " has digest " + toHex(found) + ", the protocol names " + toHex(wanted));
}

Result<void> checkMode(const StudyProtocol& protocol, const attestation::AppraisalPolicy& policy)
{
    const bool training = policy.profile == attestation::PolicyProfile::Training;
    if (training != (protocol.mode == StudyMode::Training)) {
        return fail(ErrorKind::PolicyRefused, std::string("study is in ") + nameOf(protocol.mode) + " mode, its policy is \"" +
                                                  nameOf(policy.profile) + "\"");
    }
    return {};
}

Result<void> checkShares(const StudyProtocol& protocol, const Roster& roster)
{
    for (const auto& share : protocol.quorum.shares) {
        const Member* custodian = roster.find(share.custodian);
        if (custodian == nullptr || custodian->role != Role::Custodian) {
            return fail(ErrorKind::PolicyRefused, "a key share belongs to nobody who is a custodian of the roster");
        }
    }
    return {};
}

}  // namespace

Result<Member> signerOf(const dsse::Envelope& envelope, const char* kind, const Roster& roster, UtcSeconds time)
{
    TRY(requireOneSignature(envelope, kind));
    const Member* member = roster.findByKeyId(envelope.signatures.front().keyId);
    if (member == nullptr) return fail(ErrorKind::Untrusted, std::string(kind) + " is signed by nobody of the roster");
    TRY_ASSIGN(key, PublicKey::fromSpki(member->signingKeySpki));
    TRY(dsse::verify(envelope, kind, key));
    TRY(requireStanding(roster, *member, time));
    return *member;
}

Result<VerifiedPackage> verifyPackage(const StudyPackage& package, const PublicKey& root)
{
    VerifiedPackage out;
    TRY(requireOneSignature(package.roster, kinds::kRoster));
    TRY(requireOneSignature(package.policy, kinds::kPolicy));
    TRY(dsse::verify(package.roster, kinds::kRoster, root));
    TRY(dsse::verify(package.policy, kinds::kPolicy, root));
    TRY_ASSIGN(roster, decodeRoster(package.roster.payload));
    TRY_ASSIGN(policy, decodePolicy(package.policy.payload));
    TRY_ASSIGN(references, decodeReferenceValues(package.referenceValues.payload));
    TRY_ASSIGN(protocol, decodeProtocol(package.protocol.payload));
    TRY(requireCoordinator(package.referenceValues, kinds::kReferenceValues, roster, protocol.createdAt));
    TRY(requireCoordinator(package.protocol, kinds::kProtocol, roster, protocol.createdAt));
    out.roster = std::move(roster);
    out.policy = std::move(policy);
    out.referenceValues = std::move(references);
    out.protocol = std::move(protocol);
    out.rosterDigest = package.roster.payloadDigest();
    out.policyDigest = package.policy.payloadDigest();
    out.referenceValuesDigest = package.referenceValues.payloadDigest();
    out.protocolDigest = package.protocol.payloadDigest();
    out.rootSpki = root.spkiSha256();
    TRY(requireDigest(out.rosterDigest, out.protocol.rosterDigest, "roster"));
    TRY(requireDigest(out.policyDigest, out.protocol.policyDigest, "appraisal policy"));
    TRY(requireDigest(out.referenceValuesDigest, out.protocol.referenceValuesDigest, "reference values"));
    TRY(checkMode(out.protocol, out.policy));
    TRY(checkShares(out.protocol, out.roster));
    if (const auto faults = violations(out.protocol); !faults.empty()) {
        return fail(ErrorKind::PolicyRefused, "protocol: " + faults.front());
    }
    return out;
}

std::string toJson(const StudyPackage& package)
{
    using nlohmann::json;
    const json out = {{"format", "quorate-study-package-1"},
                      {"roster", json::parse(dsse::toJson(package.roster))},
                      {"appraisalPolicy", json::parse(dsse::toJson(package.policy))},
                      {"referenceValues", json::parse(dsse::toJson(package.referenceValues))},
                      {"protocol", json::parse(dsse::toJson(package.protocol))}};
    return out.dump(2);
}

Result<StudyPackage> packageFromJson(std::string_view text)
{
    if (text.size() > kMaxPackageBytes) return fail(ErrorKind::Malformed, "study package is over 8 MiB");
    TRY(refuseNul(text));
    const auto in = nlohmann::json::parse(text, nullptr, false);
    // A format that is no text must not reach value(), which throws then.
    if (!in.is_object() || !in.contains("format") || in["format"] != "quorate-study-package-1") {
        return fail(ErrorKind::Malformed, "not a study package of format quorate-study-package-1");
    }
    const auto envelope = [&in](const char* name) -> Result<dsse::Envelope> {
        if (!in.contains(name)) return fail(ErrorKind::Malformed, std::string("study package has no ") + name);
        return dsse::fromJson(in.at(name).dump());
    };
    TRY_ASSIGN(roster, envelope("roster"));
    TRY_ASSIGN(policy, envelope("appraisalPolicy"));
    TRY_ASSIGN(references, envelope("referenceValues"));
    TRY_ASSIGN(protocol, envelope("protocol"));
    return StudyPackage{std::move(roster), std::move(policy), std::move(references), std::move(protocol)};
}

}  // namespace quorate::study
