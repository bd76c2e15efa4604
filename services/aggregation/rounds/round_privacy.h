// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <set>

#include "core/privacy/ledger.h"
#include "core/study/protocol.h"
#include "core/study/receipt.h"
#include "learning/private_average.h"

namespace quorate::services {

/// What the rounds of a study owe to the privacy that its protocol promises: who is taken, with which noise, and how long the
/// budget lasts. A value; a changed copy takes its place when the round that changed it is kept.
class RoundPrivacy {
public:
    /// From the receipts of the rounds that are closed. Nothing to do where the protocol promises no privacy. Malformed for a
    /// plan that cannot be counted, PolicyRefused when the receipts spent more than the budget.
    static Result<RoundPrivacy> restore(const study::StudyProtocol& protocol, const std::vector<study::RoundReceipt>& receipts);

    /// False when one more round would exceed the budget.
    [[nodiscard]] bool allowsAnother() const;
    /// Of the sites that are ready, those that are asked in a round: at site level each with the plan's chance, else all.
    [[nodiscard]] Result<std::set<Uuid>> sample(const std::set<Uuid>& ready, const RandomSource& random) const;
    /// The fewest updates with which a round ends in a model: at site level none are needed, for the draw must not show.
    [[nodiscard]] std::uint32_t fewestUpdates() const;
    /// Noise in the service; none at record level, where the sites add it.
    [[nodiscard]] std::optional<learning::SitePrivacyRound> siteRound() const;

    /// Charges the round before its model is given out, and moves the clipping norm on where the plan says so. What the receipt
    /// says; nothing without privacy. PolicyRefused beyond the budget.
    Result<std::optional<study::PrivacySpent>> charge(std::uint32_t round, std::uint64_t withinNorm, std::uint64_t taken,
                                                      const RandomSource& random);
    /// epsilon so far; none without privacy.
    [[nodiscard]] std::optional<double> spent() const;

private:
    explicit RoundPrivacy(const study::StudyProtocol& protocol) : m_plan(protocol.plan), m_sites(protocol.sites.size()) {}

    study::TrainingPlan m_plan;
    std::uint64_t m_sites;
    double m_clipNorm = 0;
    std::optional<privacy::PrivacyLedger> m_ledger;  ///< None without privacy.
};

}  // namespace quorate::services
