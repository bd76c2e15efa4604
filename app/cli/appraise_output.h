// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/appraisal.h"

namespace quorate::cli {

/// Every check, what was found, and the verdict in words.
void printResult(const attestation::AppraisalResult& result);
/// The result as EAR in a file: a JWT when a key file (PKCS #8 DER) is given, else an unsigned claims-set.
Result<void> writeEar(const attestation::AppraisalResult& result, const std::string& path, const std::string& keyPath);
/// Writes the whole file, or "-" for standard output.
Result<void> writeOutput(const std::string& path, const std::string& text);

}  // namespace quorate::cli
