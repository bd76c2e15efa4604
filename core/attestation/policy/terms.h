// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>
#include <span>
#include <string>

#include "core/attestation/snp/report.h"

namespace quorate::attestation {

/// The values a policy accepts, or the explicit word that it asks nothing. Fresh: an empty list, which refuses all.
template <typename T>
struct AllowList {
    bool any = false;
    std::set<T> values;

    static AllowList anything()
    {
        AllowList out;
        out.any = true;
        return out;
    }
    [[nodiscard]] bool permits(const T& value) const { return any || values.contains(value); }
    bool operator==(const AllowList&) const = default;
};

/// Bits that must be set and bits that must be clear. A bit in neither is free: reserved bits are set on genuine machines.
struct BitRule {
    std::uint64_t required = 0;
    std::uint64_t forbidden = 0;

    [[nodiscard]] bool asksNothing() const { return required == 0 && forbidden == 0; }
    [[nodiscard]] bool isMetBy(std::uint64_t bits) const
    {
        return (bits & required) == required && (bits & forbidden) == 0;
    }
    bool operator==(const BitRule&) const = default;
};

/// Least TCB of one product, in the product's own components.
struct SnpTcbMinimum {
    snp::TcbParts reported;   ///< What the certificate vouches for.
    snp::TcbParts committed;  ///< What the host can no longer roll back below.
    snp::TcbParts launch;     ///< What ran when this guest was started.
    bool operator==(const SnpTcbMinimum&) const = default;
};

/// Ordered by major, then minor.
struct AbiVersion {
    std::uint8_t major = 0;
    std::uint8_t minor = 0;
    auto operator<=>(const AbiVersion&) const = default;
};

/// A bit and the word that policies and results have for it.
struct BitWord {
    int bit;
    const char* word;
};

extern const std::span<const BitWord> kGuestPolicyWords;   ///< GUEST_POLICY, but for MIGRATE_MA and DEBUG.
extern const std::span<const BitWord> kPlatformInfoWords;  ///< PLATFORM_INFO.
extern const std::span<const BitWord> kTdAttributeWords;   ///< TDATTRIBUTES, but for DEBUG and MIGRATABLE.

/// "smt, ecc", in the table's order; a set bit without a word as "bit 6"; "none".
std::string wordsFor(std::uint64_t bits, std::span<const BitWord> words);

}  // namespace quorate::attestation
