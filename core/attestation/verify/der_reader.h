// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/base/bytes.h"

namespace quorate::attestation {

inline constexpr std::uint8_t kDerBoolean = 0x01;
inline constexpr std::uint8_t kDerInteger = 0x02;
inline constexpr std::uint8_t kDerOctetString = 0x04;
inline constexpr std::uint8_t kDerObjectId = 0x06;
inline constexpr std::uint8_t kDerIa5String = 0x16;
inline constexpr std::uint8_t kDerEnumerated = 0x0a;
inline constexpr std::uint8_t kDerSequence = 0x30;

struct DerElement {
    std::uint8_t tag = 0;
    BytesView content;
};

/// Forward reader over DER (X.690): definite, minimal lengths and one-byte tags, which is all that the vendors'
/// extensions use. Every length is compared with what is left.
class DerReader {
public:
    explicit DerReader(BytesView bytes) : m_rest(bytes) {}
    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }
    Result<DerElement> next();
    /// The next element, which must have this tag.
    Result<BytesView> next(std::uint8_t tag);

private:
    BytesView m_rest;
};

/// The whole input is one element with this tag; its content.
Result<BytesView> derContent(BytesView bytes, std::uint8_t tag);
/// Content of a non-negative INTEGER or ENUMERATED that fits 16 bits.
Result<std::uint16_t> derSmallInteger(BytesView content);
/// DER has two truth values: 0x00 and 0xff.
Result<bool> derBoolean(const DerElement& element);
Bytes derEncode(std::uint8_t tag, BytesView content);
Bytes derEncodeInteger(std::uint16_t value);
Bytes derEncodeBoolean(bool value);

}  // namespace quorate::attestation
