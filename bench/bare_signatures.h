// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include "core/attestation/evidence.h"

namespace quorate::bench {

/// One call into OpenSSL. False when it does not succeed.
using BareStep = std::function<bool()>;
using BareSteps = std::vector<BareStep>;

/// What OpenSSL has to do so that the signatures of an appraisal are checked, and nothing of ours: no JSON, no quote, no
/// policy, no result. `keys` decodes every certificate and list once, the cheapest way we know, and sets up every key once;
/// `checks` is the bare verification with keys and objects at hand, and turns r ‖ s, as Intel writes signatures, into the
/// Ecdsa-Sig-Value that OpenSSL takes.
struct BareWork {
    BareSteps keys;
    BareSteps checks;
};
struct BareSignatures {
    BareWork first;  ///< Every signature of evidence and collateral, each once.
    BareWork warm;   ///< Those that only this evidence carries.
};

/// TDX: PCK chain, both CRLs, TCB signer, TCB info, QE identity; warm: QE report and quote.
Result<BareSignatures> bareTdx(const attestation::Evidence& evidence, const attestation::Collateral& collateral);
/// SEV-SNP: ARK, ASK, VEK, CRL; warm: the report.
Result<BareSignatures> bareSnp(const attestation::Evidence& evidence, const attestation::Collateral& collateral);

}  // namespace quorate::bench
