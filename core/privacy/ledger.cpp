// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/ledger.h"

#include <cstdio>
#include <string>

namespace quorate::privacy {
namespace {

std::string fourDigits(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.4f", value);
    return text;
}

}  // namespace

Result<PrivacyLedger> PrivacyLedger::open(const PrivacyBudget& budget)
{
    TRY(checkEpsilon(budget.epsilon));
    TRY(checkDelta(budget.delta));
    return PrivacyLedger(budget);
}

Result<double> PrivacyLedger::spentAfter(const SampledGaussian& mechanism) const
{
    RenyiCurve curve = m_curve;
    TRY(curve.add(mechanism));
    TRY_ASSIGN(after, curve.epsilonAt(m_budget.delta));
    return after.epsilon;
}

Result<std::uint64_t> PrivacyLedger::chargesLeft(const SampledGaussian& mechanism, std::uint64_t atMost) const
{
    TRY(check(mechanism));
    if (mechanism.steps > 0 && atMost > kMostSteps / mechanism.steps) {
        return fail(ErrorKind::Malformed, "charges asked about are more steps than can be counted");
    }
    std::uint64_t fits = 0;
    std::uint64_t beyond = atMost + 1;
    while (beyond - fits > 1) {
        const std::uint64_t middle = fits + (beyond - fits) / 2;
        SampledGaussian several = mechanism;
        several.steps *= middle;
        TRY_ASSIGN(after, spentAfter(several));
        (after <= m_budget.epsilon ? fits : beyond) = middle;
    }
    return fits;
}

Result<void> PrivacyLedger::charge(const PrivacyCharge& charge)
{
    if (!m_charges.empty() && charge.round <= m_charges.back().round) {
        return fail(ErrorKind::Malformed, "round " + std::to_string(charge.round) + " is charged after round " +
                                              std::to_string(m_charges.back().round));
    }
    RenyiCurve curve = m_curve;
    TRY(curve.add(charge.mechanism));
    TRY_ASSIGN(after, curve.epsilonAt(m_budget.delta));
    if (after.epsilon > m_budget.epsilon) {
        return fail(ErrorKind::PolicyRefused, "round " + std::to_string(charge.round) + " would bring epsilon to " +
                                                  fourDigits(after.epsilon) + ", the budget is " + fourDigits(m_budget.epsilon));
    }
    m_curve = std::move(curve);
    m_spent = after.epsilon;
    m_charges.push_back(charge);
    return {};
}

}  // namespace quorate::privacy
