// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/appraisal.h"
#include "core/crypto/ecdsa.h"

namespace quorate::attestation {

/// The draft whose claims are written (docs/formats/ear.md).
inline constexpr char kEarDraft[] = "draft-ietf-rats-ear-04";

/// The result as an unsigned EAR claims-set in JSON. A claim of the trustworthiness vector is there only when checks of its
/// kind were made; one that could not be made in full is 0, "no claim". Nothing but an accepted production appraisal is
/// affirming as a whole. The same result gives the same bytes.
std::string toEarClaims(const AppraisalResult& result);
/// The same claims as a JWT (RFC 7519) signed with ES256; `kid` is the SHA-256 of the key's SPKI in hexadecimal.
Result<std::string> signEar(const AppraisalResult& result, const SigningKey& key);

}  // namespace quorate::attestation
