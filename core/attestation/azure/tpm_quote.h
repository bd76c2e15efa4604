// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/base/bytes.h"

namespace quorate::attestation::azure {

inline constexpr std::size_t kPcrCount = 24;
inline constexpr std::uint16_t kTpmSha256 = 0x000b;

struct PcrSelection {
    std::uint16_t bank = 0;     ///< TPM_ALG_ID
    Bytes bitmap;               ///< PCR 0 is bit 0 of byte 0.
};

/// TPMS_ATTEST of type TPM_ST_ATTEST_QUOTE (TPM 2.0 Library, part 2, section 10.12).
struct TpmQuote {
    Bytes extraData;
    std::uint64_t clockMs = 0;
    std::uint32_t resetCount = 0;
    std::uint32_t restartCount = 0;
    std::uint64_t firmwareVersion = 0;
    std::vector<PcrSelection> selections;
    Bytes pcrDigest;

    /// The SHA-256 bank alone, PCR 0 to 23 and no other.
    [[nodiscard]] bool selectsAllSha256Pcrs() const;
    [[nodiscard]] std::string selectionText() const;  ///< "bank 0x000b, bitmap ffffff"
};

/// Exactly one quote, nothing behind it.
Result<TpmQuote> parseTpmQuote(BytesView bytes);

}  // namespace quorate::attestation::azure
