// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/tdx/quote.h"
#include "core/attestation/verify/check_list.h"

namespace quorate::attestation {

/// Does the event log lead to the quote's registers, does its text agree with what was measured, and does it equal the
/// reference log? RTMR0 to RTMR2 always, RTMR3 when the log extends it. A log that is there is judged under every policy;
/// one that is missing refuses under a policy that relies on it. Leaves the replay in `result`.
void judgeEventLog(const AppraisalInputs& inputs, const tdx::Quote& quote, CheckList& checks, AppraisalResult& result);

}  // namespace quorate::attestation
