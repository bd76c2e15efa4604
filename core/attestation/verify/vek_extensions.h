// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/attestation/snp/report.h"
#include "core/crypto/certificate.h"

namespace quorate::attestation {

/// What AMD certifies about a chip or a fleet (AMD 57230, extensions below 1.3.6.1.4.1.3704.1).
struct VekExtensions {
    std::string productName;             ///< "Milan-B0", "Genoa", "Turin".
    snp::TcbParts tcb;
    std::optional<Bytes> hwid;           ///< VCEK: 64 bytes, or 8 on Turin.
    std::optional<std::string> cspId;    ///< VLEK.

    /// The product line before any stepping ("-B0"), when it is one we know.
    [[nodiscard]] std::optional<snp::Product> product() const;
};

/// Structure version, product name and the four SPLs (five on Turin) must be there; a reserved SPL, where there is one,
/// must be zero; an extension in AMD's arc that is none of these is refused.
Result<VekExtensions> parseVekExtensions(const Certificate& vek);
/// As AMD writes them: the HWID raw, Turin with its FMC SPL and without the first reserved one.
std::vector<std::pair<std::string, Bytes>> encodeVekExtensions(const VekExtensions& extensions);

}  // namespace quorate::attestation
