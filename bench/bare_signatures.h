// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include "core/attestation/evidence.h"

namespace quorate::bench {

/// One signature check as OpenSSL does it, its key and objects decoded beforehand. False when it does not verify.
using BareCheck = std::function<bool()>;

/// The signature checks that an appraisal cannot do without, and nothing else of it: no parsing, no decoding.
struct BareSignatures {
    std::vector<BareCheck> first;  ///< Every signature of evidence and collateral, each once.
    std::vector<BareCheck> warm;   ///< Those that only this evidence carries.
};

/// TDX: PCK chain, both CRLs, TCB signer, TCB info, QE identity; warm: QE report and quote.
Result<BareSignatures> bareTdx(const attestation::Evidence& evidence, const attestation::Collateral& collateral);
/// SEV-SNP: ARK, ASK, VEK, CRL; warm: the report.
Result<BareSignatures> bareSnp(const attestation::Evidence& evidence, const attestation::Collateral& collateral);

}  // namespace quorate::bench
