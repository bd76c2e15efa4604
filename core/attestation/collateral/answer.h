// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/collateral/request.h"
#include "core/ports/collateral_source.h"

namespace quorate::attestation {

inline constexpr std::size_t kMaxIssuerChainBytes = 64 * 1024;

/// An answer's parts under the names of Collateral. Issuer chains come in headers, percent-encoded, under their older
/// or newer names; CRLs are DER, PEM, or the DER's hexadecimal text as a PCCS has it; AMD's chain is PEM, intermediate
/// then root. Malformed when it has not this form; whether it is genuine is not asked here.
Result<Collateral> readVendorAnswer(CollateralKind kind, const VendorAnswer& answer);

/// RFC 3986 section 2.1, strictly: each '%' has two hexadecimal digits, no NUL comes out. '+' stays '+'.
Result<std::string> percentDecoded(std::string_view text, std::size_t maxBytes);

} // namespace quorate::attestation
