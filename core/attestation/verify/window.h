// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/verify/check_list.h"
#include "core/crypto/certificate.h"

namespace quorate::attestation {

/// "2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z"
std::string windowText(UtcSeconds from, UtcSeconds to);
/// Passes when `from <= at <= to`, else records stale collateral.
void judgeWindow(CheckList& checks, const CheckKind& kind, UtcSeconds from, UtcSeconds to, UtcSeconds at);
/// The first error of the certificates' validity at this time.
Result<void> validAt(const std::vector<Certificate>& chain, UtcSeconds at);

}  // namespace quorate::attestation
