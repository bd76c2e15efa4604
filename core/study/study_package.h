// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "core/attestation/policy/policy.h"
#include "core/crypto/dsse.h"
#include "core/study/protocol.h"
#include "core/study/roster.h"

namespace quorate::study {

/// Kinds of signed objects (trust protocol, section 1).
namespace kinds {
inline constexpr const char* kRoster = "roster";
inline constexpr const char* kProtocol = "study-protocol";
inline constexpr const char* kParticipation = "participation";
inline constexpr const char* kReferenceValues = "reference-values";
inline constexpr const char* kPolicy = "appraisal-policy";
inline constexpr const char* kReleaseStatement = "release-statement";
inline constexpr const char* kReleaseApproval = "release-approval";
inline constexpr const char* kRevocation = "revocation";
inline constexpr const char* kRoundOrder = "round-order";
inline constexpr const char* kRoundReceipt = "round-receipt";
inline constexpr const char* kModelStatement = "model-statement";
}  // namespace kinds

/// What defines a study, as received: everything a site, a desktop or the service needs to judge the rest.
struct StudyPackage {
    dsse::Envelope roster;           ///< Signed by the consortium's root key.
    dsse::Envelope policy;           ///< Signed by the consortium's root key.
    dsse::Envelope referenceValues;  ///< Signed by a coordinator.
    dsse::Envelope protocol;         ///< Signed by a coordinator.
    bool operator==(const StudyPackage&) const = default;
};

/// Made only by verifyPackage: signatures hold, digests agree, the protocol's rules are kept.
class VerifiedPackage {
public:
    Roster roster;
    Digest32 rosterDigest;
    attestation::AppraisalPolicy policy;
    Digest32 policyDigest;
    attestation::ReferenceValues referenceValues;
    Digest32 referenceValuesDigest;
    StudyProtocol protocol;
    Digest32 protocolDigest;
    Digest32 rootSpki;   ///< SHA-256 of the root key that all of it leads to.

private:
    VerifiedPackage() = default;
    friend Result<VerifiedPackage> verifyPackage(const StudyPackage& package, const PublicKey& root);
};

/// Untrusted for a signature or digest, PolicyRefused for a rule (a training policy in a production study, say).
Result<VerifiedPackage> verifyPackage(const StudyPackage& package, const PublicKey& root);

/// The member whose key signed the envelope as `kind`. Untrusted when nobody of the roster did, PolicyRefused when the member
/// was revoked at `time`: when the signature was received, for a claimed signing time is the signer's own word.
Result<Member> signerOf(const dsse::Envelope& envelope, const char* kind, const Roster& roster, UtcSeconds time);

/// JSON with the four envelopes in DSSE's own JSON form.
std::string toJson(const StudyPackage& package);
Result<StudyPackage> packageFromJson(std::string_view json);

}  // namespace quorate::study
