// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/policy/product_acceptance.h"
#include "core/crypto/dsse.h"
#include "core/study/protocol.h"
#include "core/study/roster.h"

namespace quorate::study {

namespace kinds {
inline constexpr const char* kProductAcceptance = "product-acceptance";
}

/// An acceptance that could be given for longer would not be one that expires.
inline constexpr std::chrono::days kLongestAcceptance{366};

Bytes encode(const attestation::ProductAcceptance& acceptance);
Result<attestation::ProductAcceptance> decodeProductAcceptance(BytesView payload);

/// The acceptance, if the study's quorum gave it and it holds at `at` (docs/formats/product-acceptance.md). Every signature
/// must be of a custodian of the roster who holds a share, each by another person, as many and from as many organisations as
/// the protocol's quorum says; study and policy must be the protocol's. Untrusted for a signature that does not hold,
/// PolicyRefused, naming every reason, for the rest.
Result<attestation::ProductAcceptance> verifyProductAcceptance(const dsse::Envelope& envelope, const Roster& roster,
                                                               const StudyProtocol& protocol, UtcSeconds at);

}  // namespace quorate::study
