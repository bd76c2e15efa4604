// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/snp/report.h"
#include "core/attestation/tdx/quote.h"
#include "core/attestation/verify/check_list.h"

namespace quorate::attestation {

/// Azure's chain from the hardware report to the PCRs: REPORT_DATA binds the runtime data, the runtime data names the vTPM's
/// attestation key, that key signs a quote over nonce and PCRs. Judges report-data too, because here the transcript is what the
/// vTPM signs. Evidence without vTPM parts is none of its business.
void judgeVtpm(const AppraisalInputs& inputs, const snp::Report& report, CheckList& checks, AppraisalResult& result);
void judgeVtpm(const AppraisalInputs& inputs, const tdx::Quote& quote, CheckList& checks, AppraisalResult& result);

}  // namespace quorate::attestation
