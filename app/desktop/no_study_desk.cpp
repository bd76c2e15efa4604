// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/no_study_desk.h"

#include "enclave_client/evidence_files.h"

namespace quorate::desktop {

PendingCall NoStudyDesk::refuse(Completion<void> done)
{
    auto state = std::make_shared<PendingCall::State>();
    m_executor.post([state, done = std::move(done)] {
        if (!state->abandoned) done(fail(ErrorKind::PolicyRefused, "no study is open"));
    });
    return PendingCall(std::move(state));
}

Result<NodeAppraisal> NoStudyDesk::appraiseFiles(const std::string& path) const
{
    return appraiseEvidenceFiles(path, attestation::productionAnchors());
}

}  // namespace quorate::desktop
