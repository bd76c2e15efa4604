// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/attestation/evidence.h"

namespace quorate::attestation {

/// Every collateral file of a folder, Intel's and AMD's, under the names of Collateral. For one file: that file and,
/// when they lie beside it, the chains that vouch for it. Unavailable when it cannot be read or holds none; Malformed
/// when a file is larger than its kind can be.
Result<Collateral> readCollateralFolder(const std::filesystem::path& path);

/// Writes the files, each whole or not at all, into a folder that is made when needed; what `appraise --collateral`
/// reads.
Result<void> writeCollateralFolder(const std::filesystem::path& folder, const Collateral& collateral);

} // namespace quorate::attestation
