// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/attestation/policy/policy.h"

namespace quorate::cli {

/// What the policy asks, one sentence a term.
std::vector<std::string> wordsOf(const attestation::AppraisalPolicy& policy);

}  // namespace quorate::cli
