// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/ports/study_desk.h"

namespace quorate {

/// Evidence from a folder or file on this computer, under the chain-only policy as of now: is the hardware genuine, and what
/// is its TCB status. A bundle is appraised again as it says, with `bundleAnchors`. Nothing is sent.
Result<NodeAppraisal> appraiseEvidenceFiles(const std::string& path, const attestation::TrustAnchors& bundleAnchors);

/// Evidence with the result and the named fields, as pages show it.
NodeAppraisal shown(const Uuid& site, std::string name, const attestation::AppraisalInputs& inputs, attestation::AppraisalResult result);
/// The same with what the result rests on.
NodeAppraisal shown(const Uuid& site, std::string name, const attestation::AppraisalInputs& inputs, study::AcceptingAppraisal appraised);

}  // namespace quorate
