// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/evidence_files.h"

#include "core/attestation/case_folder.h"

namespace quorate {

NodeAppraisal shown(const Uuid& site, std::string name, const attestation::AppraisalInputs& inputs, attestation::AppraisalResult result)
{
    NodeAppraisal node{site, std::move(name), inputs.evidence, inputs.collateral,
                       inputs.transcript.value_or(attestation::Transcript{}), std::move(result), {}};
    // What cannot be parsed has no fields; the failed check says so.
    if (auto fields = attestation::inspect(node.evidence)) node.fields = std::move(*fields);
    return node;
}

Result<NodeAppraisal> appraiseEvidenceFiles(const std::string& path)
{
    TRY_ASSIGN(found, attestation::readEvidenceCase(path));
    attestation::AppraisalInputs inputs;
    inputs.evidence = std::move(found.evidence);
    inputs.collateral = std::move(found.collateral);
    inputs.policy = attestation::shippedPolicy(attestation::PolicyProfile::ChainOnly);
    inputs.anchors = attestation::productionAnchors();
    inputs.at = toSeconds(systemClock()());
    return shown({}, path, inputs, attestation::appraise(inputs));
}

}  // namespace quorate
