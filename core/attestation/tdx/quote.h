// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/base/bytes.h"

namespace quorate::attestation::tdx {

inline constexpr std::size_t kHeaderBytes = 48;
inline constexpr std::size_t kReport10Bytes = 584;
inline constexpr std::size_t kReport15Bytes = 648;
inline constexpr std::size_t kReport15ExBytes = 885;
inline constexpr std::size_t kQeReportBytes = 384;
inline constexpr std::size_t kQeAuthDataBytes = 32;
inline constexpr std::size_t kMaxQuoteBytes = 128 * 1024;
inline constexpr std::uint32_t kTeeTypeTdx = 0x81;
inline constexpr std::uint16_t kBodyTypeReport10 = 2;
inline constexpr std::uint16_t kBodyTypeReport15 = 3;
inline constexpr std::uint16_t kBodyTypeReport15Ex = 4;
inline constexpr std::uint16_t kCertTypePlainPpid = 1;
inline constexpr std::uint16_t kCertTypePckLeaf = 4;
inline constexpr std::uint16_t kCertTypePckChain = 5;
inline constexpr std::size_t kPlatformTailBytes = 16 + 2 + 2;  ///< CPUSVN, PCESVN, PCEID at the end of types 1 to 3.

/// SGX enclave report of the quoting enclave. Its reserved ranges are signed and carry no meaning for us.
struct QeReport {
    FixedBytes<16> cpuSvn;
    FixedBytes<4> miscSelect;
    FixedBytes<16> attributes;
    Digest32 mrEnclave;
    Digest32 mrSigner;
    std::uint16_t isvProdId = 0;
    std::uint16_t isvSvn = 0;
    Digest64 reportData;
};

/// What TD report 1.5 Ex adds to 1.5, in the order of its fields. No public quote carries it; the layout is QVL's.
struct TdReportEx {
    std::uint8_t vmId = 0;
    Digest32 tdId;
    Digest48 devInfo;
    Digest48 initServiceTdHash;
    FixedBytes<8> initServiceTdAttributes;
    FixedBytes<16> initCpuSvn;
    FixedBytes<16> initTeeTcbSvn;
    FixedBytes<12> initTeeFmspc;
    Digest48 currentServiceTdHash;
    FixedBytes<8> currentServiceTdAttributes;
};

/// TD report, 1.0, 1.5 or 1.5 Ex. Integers stay as the bytes that stand in the quote (little endian).
struct TdReport {
    FixedBytes<16> teeTcbSvn;  ///< At TD launch. Byte 0: module minor SVN; byte 1: module major version.
    Digest48 mrSeam;
    Digest48 mrSignerSeam;
    FixedBytes<8> seamAttributes;
    FixedBytes<8> tdAttributes;
    FixedBytes<8> xfam;
    Digest48 mrTd;
    Digest48 mrConfigId;
    Digest48 mrOwner;
    Digest48 mrOwnerConfig;
    std::array<Digest48, 4> rtmr;
    Digest64 reportData;
    std::optional<FixedBytes<16>> teeTcbSvn2;  ///< 1.5: the module's TCB now.
    std::optional<Digest48> mrServiceTd;       ///< 1.5.
    std::optional<TdReportEx> ex;              ///< 1.5 Ex.

    /// A service TD (for migration) is or was bound, in any of the fields that can say so.
    [[nodiscard]] bool bindsServiceTd() const;
};

/// A TDX quote, version 4 or 5, with an ECDSA P-256 signature.
struct Quote {
    std::uint16_t version = 0;
    std::uint32_t headerReserved = 0;
    FixedBytes<16> qeVendorId;
    FixedBytes<20> userData;
    std::uint16_t bodyType = kBodyTypeReport10;
    TdReport report;
    std::size_t reportOffset = 0;
    std::size_t signedBytes = 0;  ///< The signature covers the quote's first `signedBytes` bytes.
    FixedBytes<64> signature;
    FixedBytes<64> attestationKey;
    Bytes qeReportBytes;
    QeReport qeReport;
    FixedBytes<64> qeReportSignature;
    FixedBytes<kQeAuthDataBytes> qeAuthData;
    std::uint16_t certType = 0;  ///< 1..5; 5 is the PEM chain.
    Bytes certData;
    Bytes trailing;  ///< Bytes behind signature_data_len: buffers are padded. Nothing signs them.
};

/// Sizes are not signed, so each nested size must consume its parent exactly; only bytes behind the signature data are
/// left over, as `trailing` (Intel DCAP quote layout; QVL QuoteStructures).
Result<Quote> parseQuote(BytesView bytes);

}  // namespace quorate::attestation::tdx
