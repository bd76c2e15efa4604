// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/evidence/evidence_provider.h"

namespace quorate::services {
namespace {

class SimulatedProvider final : public EvidenceProvider {
public:
    SimulatedProvider(attestation::DemoVendor vendor, attestation::TeeKind tee, attestation::SimulatedLaunch launch, Clock clock)
        : m_vendor(std::move(vendor)), m_tee(tee), m_launch(std::move(launch)), m_clock(std::move(clock))
    {
    }

    Result<ProvidedEvidence> provide(const Digest64& reportData) override
    {
        TRY_ASSIGN(evidence, m_vendor.issue(m_tee, m_launch, reportData));
        TRY_ASSIGN(collateral, m_vendor.collateral(m_tee, toSeconds(m_clock())));
        return ProvidedEvidence{std::move(evidence), std::move(collateral)};
    }

private:
    attestation::DemoVendor m_vendor;
    attestation::TeeKind m_tee;
    attestation::SimulatedLaunch m_launch;
    Clock m_clock;
};

}  // namespace

std::unique_ptr<EvidenceProvider> makeSimulatedProvider(attestation::DemoVendor vendor, attestation::TeeKind tee,
                                                        attestation::SimulatedLaunch launch, Clock clock)
{
    return std::make_unique<SimulatedProvider>(std::move(vendor), tee, std::move(launch), std::move(clock));
}

}  // namespace quorate::services
