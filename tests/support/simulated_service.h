// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/appraisal.h"
#include "core/attestation/simulated/demo_vendor.h"
#include "tests/support/temporary_folder.h"

namespace quorate::tests {

/// Evidence in a vendor's genuine format for any transcript, appraised under the training profile.
class SimulatedService {
public:
    explicit SimulatedService(UtcSeconds now)
        : m_now(now), m_vendor(attestation::DemoVendor::openOrCreate(m_folder.path(), now).value())
    {
    }

    /// Of a machine that was started with `program`; reference values name whatever it shows.
    [[nodiscard]] Result<attestation::VerifiedEvidence> answer(const attestation::Transcript& transcript,
                                                               const std::string& program = "quorate-aggregator 0.1.0") const
    {
        using namespace attestation;
        SimulatedLaunch launch;
        launch.program = program;
        launch.launchBinding = launchBinding(transcript.rosterRootSpki, transcript.policyDigest);
        AppraisalInputs inputs;
        TRY_ASSIGN(evidence, m_vendor.issue(TeeKind::Tdx, launch, transcript.reportData()));
        TRY_ASSIGN(collateral, m_vendor.collateral(TeeKind::Tdx, m_now));
        inputs.evidence = std::move(evidence);
        inputs.collateral = std::move(collateral);
        inputs.policy = shippedPolicy(PolicyProfile::Training);
        inputs.referenceValues = referencesFor(launch);
        inputs.transcript = transcript;
        inputs.anchors = m_vendor.anchors();
        inputs.trainingMode = true;
        inputs.at = m_now;
        return VerifiedEvidence::from(inputs, appraise(inputs));
    }

private:
    static attestation::ReferenceValues referencesFor(const attestation::SimulatedLaunch& launch)
    {
        using attestation::DemoVendor;
        attestation::ReferenceValues out;
        out.version = 1;
        out.tdx = {{DemoVendor::mrtdOf(launch)},    {DemoVendor::rtmrOf(0, launch)}, {DemoVendor::rtmrOf(1, launch)},
                   {DemoVendor::rtmrOf(2, launch)}, {DemoVendor::rtmrOf(3, launch)}, {DemoVendor::mrseam()}};
        return out;
    }

    TemporaryFolder m_folder;
    UtcSeconds m_now;
    attestation::DemoVendor m_vendor;
};

}  // namespace quorate::tests
