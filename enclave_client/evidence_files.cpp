// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/evidence_files.h"

#include <filesystem>

#include "core/attestation/bundle.h"
#include "core/attestation/case_folder.h"

namespace quorate {
namespace {

Result<NodeAppraisal> appraiseBundle(const std::string& name, BytesView bytes, const attestation::TrustAnchors& anchors)
{
    TRY_ASSIGN(bundle, attestation::parseBundle(bytes));
    attestation::Reappraisal again = attestation::reappraise(bundle, anchors);
    bundle.inputs.anchors = anchors;
    NodeAppraisal node = shown({}, name, bundle.inputs, std::move(again.result));
    node.reappraised = {again.sameAnchors, std::move(again.difference)};
    return node;
}

}  // namespace

NodeAppraisal shown(const Uuid& site, std::string name, const attestation::AppraisalInputs& inputs, attestation::AppraisalResult result)
{
    NodeAppraisal node{site, std::move(name), inputs.evidence, inputs.collateral,
                       inputs.transcript.value_or(attestation::Transcript{}), std::move(result), {}, {}, {}, {}};
    // What cannot be parsed has no fields; the failed check says so.
    if (auto fields = attestation::inspect(node.evidence)) node.fields = std::move(*fields);
    node.bundle = std::make_shared<const std::string>(attestation::writeBundle(inputs, node.result));
    return node;
}

NodeAppraisal shown(const Uuid& site, std::string name, const attestation::AppraisalInputs& inputs, study::AcceptingAppraisal appraised)
{
    NodeAppraisal node = shown(site, std::move(name), inputs, std::move(appraised.result));
    node.acceptance = std::move(appraised.acceptance);
    return node;
}

Result<NodeAppraisal> appraiseEvidenceFiles(const std::string& path, const attestation::TrustAnchors& bundleAnchors)
{
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
        TRY_ASSIGN(bytes, attestation::readBoundedFile(path, attestation::kMaxBundleBytes));
        if (attestation::looksLikeBundle(bytes)) return appraiseBundle(path, bytes, bundleAnchors);
    }
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
