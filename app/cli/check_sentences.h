// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/attestation/appraisal.h"

namespace quorate::cli {

/// What the check asks, in one short sentence; the id itself for one that this program does not know.
std::string sentenceFor(const std::string& checkId);
/// The last line of an appraisal.
std::string verdictSentence(const attestation::AppraisalResult& result);

}  // namespace quorate::cli
