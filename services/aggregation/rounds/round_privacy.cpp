// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/round_privacy.h"

#include "core/privacy/outlook.h"
#include "core/privacy/site_level.h"

namespace quorate::services {

using study::PrivacyKind;

Result<RoundPrivacy> RoundPrivacy::restore(const study::StudyProtocol& protocol, const std::vector<study::RoundReceipt>& receipts)
{
    RoundPrivacy out(protocol);
    if (protocol.plan.privacy.kind == PrivacyKind::None) return out;
    out.m_clipNorm = protocol.plan.privacy.clipNorm;
    TRY_ASSIGN(ledger, privacy::ledgerOf(protocol.plan));
    TRY(ledger.spentAfter(privacy::costOfRound(protocol.plan)));
    for (const auto& receipt : receipts) {
        if (!receipt.privacy) return fail(ErrorKind::Malformed, "receipt of round " + std::to_string(receipt.round) + " says nothing of privacy");
        const auto& spent = *receipt.privacy;
        TRY(ledger.charge({receipt.round, {spent.samplingRate, spent.noiseMultiplier, spent.steps}}));
        out.m_clipNorm = spent.nextClipNorm;
    }
    out.m_ledger = std::move(ledger);
    return out;
}

bool RoundPrivacy::allowsAnother() const
{
    if (!m_ledger) return true;
    const auto after = m_ledger->spentAfter(privacy::costOfRound(m_plan));
    return after && *after <= m_ledger->budget().epsilon;
}

Result<std::set<Uuid>> RoundPrivacy::sample(const std::set<Uuid>& ready, const RandomSource& random) const
{
    if (m_plan.privacy.kind != PrivacyKind::SiteLevel) return ready;
    TRY_ASSIGN(taken, privacy::sampleMembers(ready.size(), m_plan.privacy.samplingRate, random));
    std::set<Uuid> out;
    std::size_t index = 0;
    for (const Uuid& site : ready) {
        if (taken[index++]) out.insert(site);
    }
    return out;
}

std::uint32_t RoundPrivacy::fewestUpdates() const
{
    return m_plan.privacy.kind == PrivacyKind::SiteLevel ? 0 : m_plan.minimumSites;
}

std::optional<learning::SitePrivacyRound> RoundPrivacy::siteRound() const
{
    const auto& plan = m_plan.privacy;
    if (plan.kind != PrivacyKind::SiteLevel) return std::nullopt;
    double noise = plan.noiseMultiplier;
    if (plan.adaptiveClipping) {
        // The protocol's rules have refused a count without enough noise; a multiplier of 0 is refused where it is used.
        noise = privacy::noiseBesideCount(plan.noiseMultiplier, plan.countNoise).value_or(0);
    }
    return learning::SitePrivacyRound{m_clipNorm, noise, privacy::fixedDenominator(m_sites, plan.samplingRate), m_sites};
}

Result<std::optional<study::PrivacySpent>> RoundPrivacy::charge(std::uint32_t round, std::uint64_t withinNorm, std::uint64_t taken,
                                                                const RandomSource& random)
{
    if (!m_ledger) return std::nullopt;
    const auto& plan = m_plan.privacy;
    const privacy::SampledGaussian cost = privacy::costOfRound(m_plan);
    const double before = m_ledger->spent();
    TRY(m_ledger->charge({round, cost}));
    study::PrivacySpent out{cost.samplingRate, cost.noiseMultiplier, cost.steps, m_clipNorm, m_clipNorm, m_ledger->spent() - before,
                            m_ledger->spent(), plan.delta};
    if (plan.adaptiveClipping) {
        TRY_ASSIGN(next, privacy::nextClipNorm(m_clipNorm, withinNorm, taken, privacy::fixedDenominator(m_sites, plan.samplingRate),
                                               {plan.targetQuantile, plan.clipLearningRate, plan.countNoise}, random));
        out.nextClipNorm = m_clipNorm = next;
    }
    return out;
}

std::optional<double> RoundPrivacy::spent() const
{
    return m_ledger ? std::optional(m_ledger->spent()) : std::nullopt;
}

}  // namespace quorate::services
