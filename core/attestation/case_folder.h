// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <istream>

#include "core/attestation/evidence.h"

namespace quorate::attestation {

/// Evidence with whatever endorsements and collateral lay beside it.
struct EvidenceCase {
    Evidence evidence;
    Collateral collateral;
};

/// Reads a folder or a single file. A folder holds `quote.bin`, or `report.bin` and perhaps `auxblob.bin`, or `hcl.bin`
/// (which no appraisal here supports: it is read so that it can be refused by name), and collateral under the names of
/// Collateral; for SEV-SNP any `*crl*.der` serves as crl.der. A single file is a quote or a report by its own bytes.
/// Unavailable when it cannot be read or holds no evidence; Malformed when a file is larger than its kind can be.
Result<EvidenceCase> readEvidenceCase(const std::filesystem::path& path);

/// A quote or a report alone, told apart by its bytes.
EvidenceCase evidenceCaseOf(Bytes blob);

/// Adds the collateral files of a folder; what is there already stays.
Result<void> addCollateralFrom(const std::filesystem::path& folder, TeeKind tee, Collateral& collateral);

/// The whole file, of at most `maxBytes`.
Result<Bytes> readBoundedFile(const std::filesystem::path& path, std::size_t maxBytes);
/// The same of a stream that is open; `name` is for the error.
Result<Bytes> readBounded(std::istream& stream, const std::string& name, std::size_t maxBytes);

}  // namespace quorate::attestation
