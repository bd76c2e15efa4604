// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/window.h"

namespace quorate::attestation {

std::string windowText(UtcSeconds from, UtcSeconds to) { return formatRfc3339(from) + " to " + formatRfc3339(to); }

void judgeWindow(CheckList& checks, const CheckKind& kind, UtcSeconds from, UtcSeconds to, UtcSeconds at)
{
    if (from <= at && at <= to) {
        checks.pass(kind, windowText(from, to), formatRfc3339(at));
    } else {
        checks.stale(kind, windowText(from, to), formatRfc3339(at));
    }
}

Result<void> validAt(const std::vector<Certificate>& chain, UtcSeconds at)
{
    for (const Certificate& certificate : chain) TRY(certificate.verifyValidAt(at));
    return {};
}

}  // namespace quorate::attestation
