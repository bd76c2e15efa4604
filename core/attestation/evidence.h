// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "core/base/bytes.h"

namespace quorate::attestation {

enum class TeeKind { Tdx, SevSnp };

/// "tdx", "sev-snp": as in JSON and in the protocol.
const char* nameOf(TeeKind kind);
Result<TeeKind> parseTeeKind(std::string_view name);

inline constexpr std::size_t kMaxEventLogBytes = 1024 * 1024;
inline constexpr std::size_t kMaxEvidencePartBytes = 256 * 1024;  ///< Of every part but the event log.

/// What an Azure confidential VM adds: the paravisor's report with the vTPM's attestation key, and that key's quote over
/// the PCRs (docs/formats/azure-vtpm.md). All empty elsewhere.
struct VtpmEvidence {
    Bytes hclReport{};  ///< NV index 0x01400001.
    Bytes attest{};     ///< TPMS_ATTEST.
    Bytes signature{};  ///< RSASSA-PKCS1v1.5, SHA-256.
    Bytes pcrs{};       ///< SHA-256 bank, PCR 0 to 23, 32 bytes each.

    [[nodiscard]] bool isEmpty() const { return *this == VtpmEvidence{}; }
    bool operator==(const VtpmEvidence&) const = default;
};

/// What an Attester answered, as received (RFC 9334 section 4).
struct Evidence {
    TeeKind tee = TeeKind::Tdx;
    Bytes blob{};      ///< TDX quote or SEV-SNP report: configfs-tsm outblob.
    Bytes auxBlob{};   ///< SEV-SNP certificate table: configfs-tsm auxblob; empty when the platform gives none.
    Bytes eventLog{};  ///< TDX: the CCEL event log as the guest read it; empty when it gave none.
    VtpmEvidence vtpm{};

    [[nodiscard]] Digest32 digest() const;  ///< SHA-256 of encode().
    bool operator==(const Evidence&) const = default;
};

/// LP(tee name) ‖ LP(blob) ‖ LP(auxBlob) ‖ LP(eventLog) ‖ LP(hclReport) ‖ LP(attest) ‖ LP(signature) ‖ LP(pcrs): every part
/// always, absent ones empty.
Bytes encode(const Evidence& evidence);
/// Malformed on another layout, on bytes behind it, and when a part is larger than it may be.
Result<Evidence> decodeEvidence(BytesView bytes);

/// Endorsements and collateral by their usual file names, as received. Signed by the vendor, so any courier will do.
/// Names: pck_chain.pem (only when the quote has none), pck_ca_crl.der, root_ca_crl.der, pck_crl_issuer_chain.pem,
/// tcb_info.json, tcb_info_issuer_chain.pem, qe_identity.json, qe_identity_issuer_chain.pem; vek.der, intermediate.der,
/// ark.der, crl.der.
struct Collateral {
    std::map<std::string, Bytes> files;

    [[nodiscard]] const Bytes* find(const std::string& name) const;
    [[nodiscard]] std::map<std::string, Digest32> digests() const;
    bool operator==(const Collateral&) const = default;
};

}  // namespace quorate::attestation
