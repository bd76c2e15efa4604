// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/base/bytes.h"

namespace quorate {

/// Bounded forward reader over bytes that someone else owns. Every read checks the length and names what it was
/// reading: `quote ends inside QE report: 12 bytes left, want 384`.
class ByteReader {
public:
    ByteReader(BytesView bytes, std::string what) : m_bytes(bytes), m_what(std::move(what)) {}

    [[nodiscard]] std::size_t offset() const { return m_offset; }
    [[nodiscard]] std::size_t remaining() const { return m_bytes.size() - m_offset; }
    [[nodiscard]] BytesView rest() const { return m_bytes.subspan(m_offset); }

    Result<BytesView> take(std::size_t count, const char* field);
    template <std::size_t N>
    Result<FixedBytes<N>> takeFixed(const char* field)
    {
        TRY_ASSIGN(view, take(N, field));
        return FixedBytes<N>::from(view);
    }
    Result<std::uint8_t> u8(const char* field);
    Result<std::uint16_t> u16le(const char* field);
    Result<std::uint32_t> u32le(const char* field);
    Result<std::uint64_t> u64le(const char* field);
    Result<std::uint16_t> u16be(const char* field);
    Result<std::uint32_t> u32be(const char* field);
    Result<std::uint64_t> u64be(const char* field);
    /// Fails unless the next `count` bytes are all zero.
    Result<void> zeros(std::size_t count, const char* field);
    /// Fails if bytes are left.
    Result<void> end() const;

private:
    BytesView m_bytes;
    std::size_t m_offset = 0;
    std::string m_what;
};

/// Grows a byte string field by field.
class ByteWriter {
public:
    ByteWriter& raw(BytesView bytes);
    ByteWriter& text(std::string_view value) { return raw(asBytes(value)); }
    ByteWriter& u8(std::uint8_t value);
    ByteWriter& u16le(std::uint16_t value);
    ByteWriter& u32le(std::uint32_t value);
    ByteWriter& u64le(std::uint64_t value);
    ByteWriter& u16be(std::uint16_t value);
    ByteWriter& u32be(std::uint32_t value);
    ByteWriter& u64be(std::uint64_t value);
    ByteWriter& zeros(std::size_t count);
    /// LP(x) of the trust protocol: u32 big-endian length, then the bytes.
    ByteWriter& lengthPrefixed(BytesView bytes);

    [[nodiscard]] const Bytes& bytes() const { return m_bytes; }
    [[nodiscard]] Bytes take() { return std::move(m_bytes); }

private:
    Bytes m_bytes;
};

}  // namespace quorate
