// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/snp/report.h"
#include "core/crypto/certificate.h"

namespace quorate::attestation {

/// DER, or one PEM block with nothing but white space around it, as some hosts and vendors' downloads have it.
Result<Certificate> readVekCertificate(BytesView bytes);

/// The three certificates behind a report: VCEK < ASK < ARK or VLEK < ASVK < ARK (AMD 57230 section 3).
struct VekChain {
    Certificate vek;
    Certificate ask;
    Certificate ark;

    [[nodiscard]] std::string names() const;  ///< "SEV-VCEK < SEV-Genoa < ARK-Genoa"
    /// The names that this product and signer have, CA certificates with RSA-4096 keys above the VEK, and the three
    /// signatures, the root's own included. Whether the root is AMD's is another question: its pin.
    [[nodiscard]] Result<void> verify(snp::Product product, snp::SigningKeyKind kind) const;
};

/// A second copy of a certificate, such as a host's table carries beside the collateral: the same bytes, or another
/// issue of the same key by the same issuer. AMD's service issues a VCEK anew whenever it is asked.
Result<void> checkSecondCopy(const Certificate& copy, const Certificate& used, const Certificate& issuer);

}  // namespace quorate::attestation
