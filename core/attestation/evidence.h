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

/// What an Attester answered, as received (RFC 9334 section 4).
struct Evidence {
    TeeKind tee = TeeKind::Tdx;
    Bytes blob;      ///< TDX quote or SEV-SNP report: configfs-tsm outblob.
    Bytes auxBlob;   ///< SEV-SNP certificate table: configfs-tsm auxblob; empty when the platform gives none.

    [[nodiscard]] Digest32 digest() const;  ///< SHA-256 over LP(tee name) ‖ LP(blob) ‖ LP(auxBlob).
    bool operator==(const Evidence&) const = default;
};

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
