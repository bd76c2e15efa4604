// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/collateral/request.h"
#include "core/attestation/trust/trust_anchors.h"
#include "core/base/clock.h"
#include "core/crypto/certificate.h"

namespace quorate::attestation {

/// A vendor's object whose signature was found genuine, with what it says of itself.
struct CollateralObject {
    CollateralKind kind = CollateralKind::TcbInfo;
    std::string key; ///< That of the request it answers, without an edition.
    Collateral files;
    UtcSeconds issued;     ///< issueDate, thisUpdate; of certificates the latest notBefore.
    UtcSeconds nextUpdate; ///< nextUpdate; of certificates the earliest notAfter.
    std::optional<std::uint32_t> evaluationNumber;
    bool operator==(const CollateralObject&) const = default;
};

/// Takes the object's files out of `set` and checks that a pinned root vouches for them; `set` and `anchors` supply
/// what stands above it: for Intel's root CRL any issuer chain, for a VCEK and AMD's list the SNP chain. Validity in
/// time is not judged: that is appraisal's. It is checked here so that only what a vendor signed can hold a place in
/// the cache, where its dates decide what may replace it. Untrusted, Malformed, or Unavailable when `set` lacks a file.
Result<CollateralObject> readCollateralObject(CollateralKind kind, const Collateral& set, const TrustAnchors& anchors);

/// Whether `candidate` may take the place of `present`: never an older tcbEvaluationDataNumber, nor, under the same
/// number, an earlier date of issue.
bool isOlder(const CollateralObject& candidate, const CollateralObject& present);

/// Whether to ask again: lists, TCB info and QE identity when less than a quarter of their window or less than 24 hours
/// are left, certificates in their last 24 hours. Never within an hour of the last time, while it is still valid.
bool needsRefresh(CollateralKind kind, UtcSeconds issued, UtcSeconds nextUpdate, UtcSeconds fetchedAt, UtcSeconds now);

} // namespace quorate::attestation
