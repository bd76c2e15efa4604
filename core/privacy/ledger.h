// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/privacy/renyi.h"

namespace quorate::privacy {

struct PrivacyBudget {
    double epsilon = 0;
    double delta = 0;
    bool operator==(const PrivacyBudget&) const = default;
};

/// What a round's release cost: one step of the sampled Gaussian, or several for record-level rounds.
struct PrivacyCharge {
    std::uint32_t round = 0;
    SampledGaussian mechanism;
    bool operator==(const PrivacyCharge&) const = default;
};

/// What a run has spent of its budget, by the Renyi accountant. A value: it can be rebuilt from its charges at any time.
class PrivacyLedger {
public:
    /// Malformed for a budget that is none.
    static Result<PrivacyLedger> open(const PrivacyBudget& budget);

    [[nodiscard]] const PrivacyBudget& budget() const { return m_budget; }
    [[nodiscard]] const std::vector<PrivacyCharge>& charges() const { return m_charges; }
    /// epsilon at the budget's delta of all charges so far.
    [[nodiscard]] double spent() const { return m_spent; }
    /// What spent() would be after one more charge of this kind.
    [[nodiscard]] Result<double> spentAfter(const SampledGaussian& mechanism) const;
    /// How many more charges of this kind fit into the budget; at most `atMost`.
    [[nodiscard]] Result<std::uint64_t> chargesLeft(const SampledGaussian& mechanism, std::uint64_t atMost) const;
    /// Writes the charge down; call it before anything noised is given out. PolicyRefused, and nothing is written, when the
    /// budget would be exceeded; Malformed when the round is not later than the last one charged.
    Result<void> charge(const PrivacyCharge& charge);

private:
    explicit PrivacyLedger(const PrivacyBudget& budget) : m_budget(budget) {}

    PrivacyBudget m_budget;
    std::vector<PrivacyCharge> m_charges;
    RenyiCurve m_curve;
    double m_spent = 0;
};

}  // namespace quorate::privacy
