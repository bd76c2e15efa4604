// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"
#include "core/attestation/bundle.h"

namespace quorate::cli {

/// Appraises a bundle again at its own time, prints the result and whether it is the recorded one. Refused when it is not,
/// else as the appraisal says.
ExitCode reappraiseBundle(const attestation::EvidenceBundle& bundle, const attestation::TrustAnchors& anchors, bool json);

}  // namespace quorate::cli
