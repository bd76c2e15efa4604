// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include "core/attestation/appraisal.h"

namespace quorate::attestation {

/// SHA-256 of each input that is there, by the name of the member in `inputDigests` (docs/formats/appraisal-inputs.md).
std::map<std::string, Digest32> digestsOf(const AppraisalInputs& inputs, AppraisalMemo& memo);

}  // namespace quorate::attestation
