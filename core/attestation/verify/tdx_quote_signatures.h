// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/tdx/quote.h"
#include "core/crypto/certificate.h"

namespace quorate::attestation {

/// The PCK key signed the QE report.
Result<void> verifyQeReport(const tdx::Quote& quote, const Certificate& pck);
/// What the QE's REPORTDATA must be: SHA-256(attestation key ‖ authentication data), then 32 zeros.
Digest64 wantedQeReportData(const tdx::Quote& quote);
/// The attestation key, which must be a point of the curve, signed header and body. `blob` is what `quote` was read from.
Result<void> verifyQuoteSignature(const tdx::Quote& quote, BytesView blob);

}  // namespace quorate::attestation
