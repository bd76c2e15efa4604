// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/snp/report.h"
#include "core/attestation/tdx/quote.h"
#include "core/attestation/verify/check_list.h"

namespace quorate::attestation {

/// Is it acceptable? Trust anchors, TEE kind and product line against the policy. `product` is the policy's word, empty
/// when it could not be told.
void judgeCommon(const AppraisalInputs& inputs, const std::string& product, CheckList& checks);
/// Attributes, reference values, launch binding and report_data.
void judgeTdx(const AppraisalInputs& inputs, const tdx::Quote& quote, CheckList& checks);
void judgeSnp(const AppraisalInputs& inputs, const snp::Report& report, CheckList& checks);

}  // namespace quorate::attestation
