// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/claims.h"
#include "core/attestation/snp/report.h"
#include "core/attestation/tdx/quote.h"
#include "core/attestation/verify/check_list.h"

/// Is it acceptable? Each term of the policy is one check; what the policy says it does not ask is not applicable.
namespace quorate::attestation {

/// Trust anchors, TEE kind and product line against the policy. `product` is the policy's word, empty when it could not be
/// told.
void judgeCommon(const AppraisalInputs& inputs, const std::string& product, CheckList& checks);
/// Against the accepted statuses and the deadline that one of them may carry.
void judgeTcbStatus(const AppraisalInputs& inputs, const CheckKind& kind, const std::string& status, CheckList& checks);
/// The oldest of the collateral that ages with the vendor's knowledge, by its time of issue.
void judgeCollateralAge(const AppraisalInputs& inputs, UtcSeconds oldestIssue, CheckList& checks);
/// Attributes, reference values, launch binding and report_data. `claims` holds what the verifier established beside the
/// quote ("piid") or the report ("cspId").
void judgeTdx(const AppraisalInputs& inputs, const tdx::Quote& quote, const Claims& claims, CheckList& checks);
void judgeSnp(const AppraisalInputs& inputs, const snp::Report& report, std::optional<snp::Product> product, const Claims& claims,
              CheckList& checks);

}  // namespace quorate::attestation
