// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/appraisal.h"

namespace quorate::attestation::azure {

/// The fields of one of the files that an Azure machine adds; offsets count from the file's first byte.
struct VtpmPart {
    std::string file;  ///< "hcl.bin", "tpms_attest.bin", "tpm_sig_rsassa.bin", "pcrs_sha256_0_23.bin"
    std::vector<EvidenceField> fields;
};

/// Every field of the parts that are there; judges nothing. Malformed when the HCL report or the quote cannot be parsed.
Result<std::vector<VtpmPart>> inspectVtpm(const VtpmEvidence& evidence);

}  // namespace quorate::attestation::azure
