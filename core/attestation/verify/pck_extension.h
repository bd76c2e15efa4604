// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>

#include "core/crypto/certificate.h"

namespace quorate::attestation {

inline constexpr char kPckExtensionOid[] = "1.2.840.113741.1.13.1";

/// What Intel certifies about a platform (SGX PCK certificate specification, extension 1.2.840.113741.1.13.1).
struct PckExtension {
    FixedBytes<16> ppid;
    std::array<std::uint8_t, 16> componentSvn{};
    std::uint16_t pceSvn = 0;
    FixedBytes<16> cpuSvn;
    FixedBytes<2> pceId;
    FixedBytes<6> fmspc;
    std::uint8_t sgxType = 0;  ///< 0 standard, 1 scalable, 2 scalable with integrity.
    std::optional<FixedBytes<16>> platformInstanceId;  ///< The Platform CA's certificates only, as are those below.
    std::optional<bool> dynamicPlatform;               ///< Packages may be added to the platform.
    std::optional<bool> cachedKeys;                    ///< Intel keeps the platform's root keys.
    std::optional<bool> smtEnabled;
    bool operator==(const PckExtension&) const = default;
};

/// Fields 1 to 5 must each be there once; the platform's optional fields may follow, and ones not known yet.
Result<PckExtension> parsePckExtension(const Certificate& pck);
/// The same of the extension's value alone.
Result<PckExtension> parsePckExtensionValue(BytesView value);
Bytes encodePckExtension(const PckExtension& extension);

}  // namespace quorate::attestation
