// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/check_list.h"

namespace quorate::attestation {
namespace {

// The heaviest refusal names the whole: evidence that no fresh collateral could save is not called unavailable, while
// collateral that is missing comes before inputs the appraiser left out.
constexpr int kWeightInputMissing = 1;
constexpr int kWeightUnavailable = 2;
constexpr int kWeightPolicy = 3;
constexpr int kWeightUntrusted = 4;
constexpr int kWeightMalformed = 5;

int weightOf(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Malformed: return kWeightMalformed;
    case ErrorKind::Untrusted: return kWeightUntrusted;
    case ErrorKind::Unavailable: return kWeightUnavailable;
    default: return kWeightPolicy;
    }
}

}  // namespace

void CheckList::add(const CheckKind& kind, CheckOutcome outcome, std::string found, std::string expected)
{
    m_checks.push_back({kind.id, kind.question, outcome, std::move(found), std::move(expected), kind.source});
}

void CheckList::refuse(const CheckKind& kind, int weight, ErrorKind refusedAs, std::string reason)
{
    m_refusals.push_back({kind.id, std::move(reason)});
    if (weight > m_weight) {
        m_weight = weight;
        m_refusedAs = refusedAs;
    }
}

void CheckList::pass(const CheckKind& kind, std::string found, std::string expected)
{
    add(kind, CheckOutcome::Pass, std::move(found), std::move(expected));
}

void CheckList::fail(const CheckKind& kind, ErrorKind refusedAs, std::string found, std::string expected)
{
    refuse(kind, weightOf(refusedAs), refusedAs, expected.empty() ? found : found + ", want " + expected);
    add(kind, CheckOutcome::Fail, std::move(found), std::move(expected));
}

bool CheckList::judge(const CheckKind& kind, bool ok, ErrorKind refusedAs, std::string found, std::string expected)
{
    if (ok) {
        pass(kind, std::move(found), std::move(expected));
    } else {
        fail(kind, refusedAs, std::move(found), std::move(expected));
    }
    return ok;
}

bool CheckList::judge(const CheckKind& kind, const Result<void>& result, std::string found, std::string expected)
{
    if (result) {
        pass(kind, std::move(found), std::move(expected));
        return true;
    }
    refuse(kind, weightOf(result.error().kind), result.error().kind, result.error().message);
    add(kind, CheckOutcome::Fail, result.error().message, std::move(expected));
    return false;
}

void CheckList::notApplicable(const CheckKind& kind, std::string why)
{
    add(kind, CheckOutcome::NotApplicable, std::move(why), {});
}

void CheckList::missing(const CheckKind& kind, const std::string& file)
{
    refuse(kind, kWeightUnavailable, ErrorKind::Unavailable, "collateral missing: " + file);
    add(kind, CheckOutcome::NotChecked, "collateral missing", file);
}

void CheckList::stale(const CheckKind& kind, std::string found, std::string expected)
{
    refuse(kind, kWeightUnavailable, ErrorKind::Unavailable, "collateral stale: " + found + ", want " + expected);
    add(kind, CheckOutcome::Fail, std::move(found), std::move(expected));
}

void CheckList::inputMissing(const CheckKind& kind, const std::string& input)
{
    refuse(kind, kWeightInputMissing, ErrorKind::PolicyRefused, input + " not given, so nothing can be accepted");
    add(kind, CheckOutcome::NotChecked, input + " not given", {});
}

void CheckList::notChecked(const CheckKind& kind, std::string why)
{
    if (m_profile == PolicyProfile::Strict || m_profile == PolicyProfile::Standard) {
        refuse(kind, kWeightInputMissing, ErrorKind::PolicyRefused, "not checked: " + why);
    }
    add(kind, CheckOutcome::NotChecked, std::move(why), {});
}

void CheckList::skip(const CheckKind& kind, const CheckKind& because)
{
    add(kind, CheckOutcome::NotChecked, std::string("needs ") + because.id, {});
}

void CheckList::finish(AppraisalResult& result)
{
    result.checks = std::move(m_checks);
    result.refusals = std::move(m_refusals);
    result.refusedAs = m_refusedAs;
    result.verdict = Verdict::Refused;
    if (result.refusals.empty()) {
        result.verdict = m_profile == PolicyProfile::Training ? Verdict::TrainingOnly : Verdict::Accepted;
    }
}

}  // namespace quorate::attestation
