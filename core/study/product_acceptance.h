// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/appraisal.h"
#include "core/crypto/dsse.h"
#include "core/study/protocol.h"
#include "core/study/roster.h"

namespace quorate::study {

namespace kinds {
inline constexpr const char* kProductAcceptance = "product-acceptance";
}

/// An acceptance that could be given for longer would not be one that expires.
inline constexpr std::chrono::days kLongestAcceptance{366};
/// As many as one study may have, ended ones among them.
inline constexpr std::size_t kMaxAcceptances = 16;

/// An acceptance whose signatures were verified, and who made them.
struct VerifiedAcceptance {
    attestation::ProductAcceptance value;
    std::vector<Member> signers;  ///< As the roster has them, in the order of the signatures.
    Digest32 digest;              ///< Of the payload.
    bool operator==(const VerifiedAcceptance&) const = default;
};

Bytes encode(const attestation::ProductAcceptance& acceptance);
Result<attestation::ProductAcceptance> decodeProductAcceptance(BytesView payload);

/// The acceptance, if the study's quorum gave it and it holds at `at` (docs/formats/product-acceptance.md). Every signature
/// must be of a custodian of the roster who holds a share and is not revoked at `at`, each by another person, as many and from
/// as many organisations as the protocol's quorum says; study and policy must be the protocol's. `roster` is the newest that is
/// known. Untrusted for a signature that does not hold, PolicyRefused, naming every reason, for the rest.
Result<VerifiedAcceptance> verifyProductAcceptance(const dsse::Envelope& envelope, const Roster& roster, const StudyProtocol& protocol,
                                                   UtcSeconds at);

/// PolicyRefused unless this member may sign this acceptance: a custodian who holds a share, and its scope and end as above.
Result<void> requireSignable(const attestation::ProductAcceptance& acceptance, const Member& signer, const StudyProtocol& protocol, UtcSeconds at);
/// PolicyRefused when the policy counts this product without an acceptance, or not at all.
Result<void> requireAsked(const attestation::AppraisalPolicy& policy, const std::string& product);

/// Who has signed so far, each signature and signer as above; there may be too few of them yet.
Result<VerifiedAcceptance> readProductAcceptance(const dsse::Envelope& envelope, const Roster& roster, const StudyProtocol& protocol,
                                                 UtcSeconds at);

/// By product: of the acceptances that hold at `at`, the one that ends last. An envelope that does not hold counts for nothing.
using AcceptedProducts = std::map<std::string, VerifiedAcceptance>;
AcceptedProducts acceptedProducts(const std::vector<dsse::Envelope>& envelopes, const Roster& roster, const StudyProtocol& protocol,
                                  UtcSeconds at);

/// A result, and the acceptance that it rests on.
struct AcceptingAppraisal {
    attestation::AppraisalResult result;
    std::optional<VerifiedAcceptance> acceptance;  ///< Empty where the policy asks for none, or there is none.
};
/// attestation::appraise(), with the acceptance of the platform's own product when the policy asks for one and it is among
/// `accepted`; `inputs.productAcceptance` has it then.
AcceptingAppraisal appraise(attestation::AppraisalInputs& inputs, const AcceptedProducts& accepted, attestation::AppraisalMemo& memo);
/// The product line that policies name: "TDX", "Genoa".
std::string productLineOf(const attestation::AppraisalResult& result);

}  // namespace quorate::study
