// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/policy/judge.h"
#include "core/attestation/policy/policy_check_kinds.h"

/// What the judges of both kinds of hardware share. Included by judge*.cpp only.
namespace quorate::attestation {

inline constexpr char kDiagnosticOnly[] = "chain-only judges the hardware, not the program";

inline bool isChainOnly(const AppraisalInputs& inputs) { return inputs.policy.profile == PolicyProfile::ChainOnly; }

/// "0x30000"
std::string hexNumber(std::uint64_t value);
/// One register against its approved values. An empty set refuses.
void judgeRegister(const AppraisalInputs& inputs, const CheckKind& kind, const Digest48& found, const std::set<Digest48>* allowed,
                   CheckList& checks);
void judgeReportData(const AppraisalInputs& inputs, const Digest64& found, CheckList& checks);
/// What went in at launch (48 bytes with zeros behind, or 32): this consortium's root and policy, so that the right image of
/// another consortium is refused.
void judgeLaunchBinding(const AppraisalInputs& inputs, const CheckKind& kind, BytesView found, CheckList& checks);

/// A list of the policy. `what` names the value in the sentence of a policy that asks nothing.
template <std::size_t N>
void judgeListed(const AppraisalInputs& inputs, const CheckKind& kind, const FixedBytes<N>& found,
                 const AllowList<FixedBytes<N>>& allowed, const char* what, CheckList& checks)
{
    if (isChainOnly(inputs)) return checks.notApplicable(kind, kDiagnosticOnly);
    if (allowed.any) return checks.notApplicable(kind, std::string("the policy takes any ") + what);
    std::string wanted;
    for (const auto& value : allowed.values) wanted += (wanted.empty() ? "" : " or ") + toHex(value);
    checks.judge(kind, allowed.permits(found), ErrorKind::PolicyRefused, toHex(found),
                 wanted.empty() ? std::string("no ") + what + " is approved" : wanted);
}

}  // namespace quorate::attestation
