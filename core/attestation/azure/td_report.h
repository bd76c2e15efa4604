// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/tdx/quote.h"

namespace quorate::attestation::azure {

inline constexpr std::size_t kTdReportBytes = 1024;

/// Does this TDREPORT describe the TD of the quote? REPORTDATA, attributes, XFAM, MRTD, the three owner fields and RTMR0 to
/// RTMR3 are compared (Intel TDX module specification, TDREPORT_STRUCT). The report's own MAC cannot be checked outside its
/// machine; the quote, which Intel's chain signs, vouches for the same fields. Untrusted, with the first field that differs.
Result<void> matchesQuote(BytesView tdReport, const tdx::TdReport& quoted);

}  // namespace quorate::attestation::azure
