// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/base/bytes.h"
#include "core/base/clock.h"

namespace quorate::attestation {

/// A quorum's word that a product line may be used in one study under one policy, for a time. As a value it proves nothing:
/// study::verifyProductAcceptance makes it from the signed object, and the appraisal compares it again with its inputs.
struct ProductAcceptance {
    Uuid study;
    std::string product;   ///< "Milan"
    std::string reason;    ///< Why the risk is taken, as the custodians signed it.
    UtcSeconds notAfter;   ///< The last second at which it holds.
    Digest32 policyDigest;
    bool operator==(const ProductAcceptance&) const = default;
};

}  // namespace quorate::attestation
