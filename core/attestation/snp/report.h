// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/base/bytes.h"

namespace quorate::attestation::snp {

inline constexpr std::size_t kReportBytes = 1184;
inline constexpr std::size_t kSignedBytes = 0x2A0;

enum class SigningKeyKind { Vcek, Vlek };

enum class Product { Milan, Genoa, Turin };
const char* nameOf(Product product);

/// The components of a TCB_VERSION, in the product's own layout. Never compared as one integer.
struct TcbParts {
    std::uint8_t fmc = 0;  ///< Turin only.
    std::uint8_t bootLoader = 0;
    std::uint8_t tee = 0;
    std::uint8_t snp = 0;
    std::uint8_t microcode = 0;

    /// Each component is at most the other's.
    [[nodiscard]] bool isAtMost(const TcbParts& other) const;
    [[nodiscard]] std::string text() const;
    bool operator==(const TcbParts&) const = default;
};

using TcbBytes = FixedBytes<8>;
/// AMD 56860, TCB_VERSION: Milan and Genoa have one layout, Turin another.
TcbParts decodeTcb(Product product, const TcbBytes& bytes);
TcbBytes encodeTcb(Product product, const TcbParts& parts);
/// A byte outside the product's layout is not zero.
bool hasReservedTcbBits(Product product, const TcbBytes& tcb);

inline constexpr std::uint64_t kPolicySmt = 1ull << 16;
inline constexpr std::uint64_t kPolicyReservedOne = 1ull << 17;
inline constexpr std::uint64_t kPolicyMigrateMa = 1ull << 18;
inline constexpr std::uint64_t kPolicyDebug = 1ull << 19;

/// ATTESTATION_REPORT, versions 2 to 5.
struct Report {
    std::uint32_t version = 0;
    std::uint32_t guestSvn = 0;
    std::uint64_t policy = 0;
    FixedBytes<16> familyId;
    FixedBytes<16> imageId;
    std::uint32_t vmpl = 0;
    TcbBytes currentTcb;
    std::uint64_t platformInfo = 0;
    bool authorKeyEnabled = false;
    bool chipKeyMasked = false;
    SigningKeyKind signingKey = SigningKeyKind::Vcek;
    Digest64 reportData;
    Digest48 measurement;
    Digest32 hostData;
    Digest48 idKeyDigest;
    Digest48 authorKeyDigest;
    Digest32 reportId;
    Digest32 reportIdMa;
    TcbBytes reportedTcb;
    std::uint8_t cpuidFamily = 0;
    std::uint8_t cpuidModel = 0;
    std::uint8_t cpuidStepping = 0;
    FixedBytes<64> chipId;
    TcbBytes committedTcb;
    FixedBytes<3> currentVersion;    ///< build, minor, major
    FixedBytes<3> committedVersion;  ///< build, minor, major
    TcbBytes launchTcb;
    std::uint64_t launchMitigations = 0;
    std::uint64_t currentMitigations = 0;
    Bytes signature;  ///< r ‖ s, 48 bytes each, big endian.

    /// By CPUID; empty for version 2, which has none, and for a family or model without a public root.
    [[nodiscard]] std::optional<Product> productByCpuid() const;
};

/// Exactly 1184 bytes, an author key's flag and digest both or neither, every reserved range zero, including the bytes behind the signature, which nothing signs.
Result<Report> parseReport(BytesView bytes);

}  // namespace quorate::attestation::snp
