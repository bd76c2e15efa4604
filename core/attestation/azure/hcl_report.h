// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/evidence.h"
#include "core/crypto/ecdsa.h"

namespace quorate::attestation::azure {

inline constexpr std::size_t kHclHeaderBytes = 32;
inline constexpr std::size_t kHardwareAreaBytes = 1184;

enum class RuntimeHash { Sha256 = 1, Sha384 = 2, Sha512 = 3 };

/// What an Azure confidential VM keeps at NV index 0x01400001. The views point into the bytes that were parsed.
struct HclReport {
    TeeKind tee = TeeKind::SevSnp;
    BytesView hardwareReport;  ///< SEV-SNP report, 1184 bytes, or TDREPORT, 1024 bytes.
    RuntimeHash hash = RuntimeHash::Sha256;
    BytesView runtimeData;     ///< JSON, its exact bytes.

    /// What REPORT_DATA must hold: the digest of runtimeData, then zeros.
    [[nodiscard]] Digest64 boundReportData() const;
};

/// Sizes are checked before anything is cut out; reserved fields and what follows the runtime data are zero. Layout:
/// docs/formats/azure-vtpm.md.
Result<HclReport> parseHclReport(BytesView bytes);

/// The vTPM's attestation key: of the runtime data's keys the one named HCLAkPub, an RSA signing key of 2048 to 4096 bits with
/// exponent 65537. Malformed when the JSON repeats a member, or names no such key or several.
Result<PublicKey> attestationKeyIn(BytesView runtimeData);

/// The hardware report inside, for evidence that came without it; the bytes themselves when there is none to cut out.
Bytes embeddedReport(BytesView hclReport);

}  // namespace quorate::attestation::azure
