// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "core/attestation/snp/report.h"
#include "core/attestation/tdx/quote.h"

namespace quorate::attestation {

using Claims = std::map<std::string, std::string>;

/// What the quote or report says of itself: byte strings as lower-case hex in their order, counters in decimal, bit
/// fields of SEV-SNP as "0x30000".
Claims claimsOf(const tdx::Quote& quote);
Claims claimsOf(const snp::Report& report);

}  // namespace quorate::attestation
