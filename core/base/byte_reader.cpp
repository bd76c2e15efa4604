// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/byte_reader.h"

#include <array>

namespace quorate {
namespace {

template <typename T>
T littleEndian(BytesView bytes)
{
    T value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) value = static_cast<T>(value << 8 | bytes[i]);
    return value;
}

template <typename T>
T bigEndian(BytesView bytes)
{
    T value = 0;
    for (const std::uint8_t b : bytes) value = static_cast<T>(value << 8 | b);
    return value;
}

template <typename T>
void appendLittleEndian(Bytes& out, T value)
{
    std::array<std::uint8_t, sizeof(T)> bytes;
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

template <typename T>
void appendBigEndian(Bytes& out, T value)
{
    std::array<std::uint8_t, sizeof(T)> bytes;
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes[sizeof(T) - 1 - i] = static_cast<std::uint8_t>(value >> (8 * i));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

Result<BytesView> ByteReader::take(std::size_t count, const char* field)
{
    if (count > remaining()) {
        return fail(ErrorKind::Malformed, m_what + " ends inside " + field + ": " + std::to_string(remaining()) +
                                              " bytes left, want " + std::to_string(count));
    }
    const BytesView out = m_bytes.subspan(m_offset, count);
    m_offset += count;
    return out;
}

Result<std::uint8_t> ByteReader::u8(const char* field)
{
    TRY_ASSIGN(view, take(1, field));
    return view[0];
}

Result<std::uint16_t> ByteReader::u16le(const char* field)
{
    TRY_ASSIGN(view, take(2, field));
    return littleEndian<std::uint16_t>(view);
}

Result<std::uint32_t> ByteReader::u32le(const char* field)
{
    TRY_ASSIGN(view, take(4, field));
    return littleEndian<std::uint32_t>(view);
}

Result<std::uint64_t> ByteReader::u64le(const char* field)
{
    TRY_ASSIGN(view, take(8, field));
    return littleEndian<std::uint64_t>(view);
}

Result<std::uint16_t> ByteReader::u16be(const char* field)
{
    TRY_ASSIGN(view, take(2, field));
    return bigEndian<std::uint16_t>(view);
}

Result<std::uint32_t> ByteReader::u32be(const char* field)
{
    TRY_ASSIGN(view, take(4, field));
    return bigEndian<std::uint32_t>(view);
}

Result<std::uint64_t> ByteReader::u64be(const char* field)
{
    TRY_ASSIGN(view, take(8, field));
    return bigEndian<std::uint64_t>(view);
}

Result<void> ByteReader::zeros(std::size_t count, const char* field)
{
    const std::size_t start = m_offset;
    TRY_ASSIGN(view, take(count, field));
    for (std::size_t i = 0; i < view.size(); ++i) {
        if (view[i] != 0) {
            return fail(ErrorKind::Malformed,
                        m_what + ": reserved " + field + " is not zero at offset " + std::to_string(start + i));
        }
    }
    return {};
}

Result<void> ByteReader::end() const
{
    if (remaining() == 0) return {};
    return fail(ErrorKind::Malformed, m_what + " has " + std::to_string(remaining()) + " bytes after its end");
}

ByteWriter& ByteWriter::raw(BytesView bytes)
{
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    return *this;
}

ByteWriter& ByteWriter::u8(std::uint8_t value)
{
    m_bytes.push_back(value);
    return *this;
}

ByteWriter& ByteWriter::u16le(std::uint16_t value)
{
    appendLittleEndian(m_bytes, value);
    return *this;
}

ByteWriter& ByteWriter::u32le(std::uint32_t value)
{
    appendLittleEndian(m_bytes, value);
    return *this;
}

ByteWriter& ByteWriter::u64le(std::uint64_t value)
{
    appendLittleEndian(m_bytes, value);
    return *this;
}

ByteWriter& ByteWriter::u16be(std::uint16_t value)
{
    appendBigEndian(m_bytes, value);
    return *this;
}

ByteWriter& ByteWriter::u32be(std::uint32_t value)
{
    appendBigEndian(m_bytes, value);
    return *this;
}

ByteWriter& ByteWriter::u64be(std::uint64_t value)
{
    appendBigEndian(m_bytes, value);
    return *this;
}

ByteWriter& ByteWriter::zeros(std::size_t count)
{
    m_bytes.resize(m_bytes.size() + count);
    return *this;
}

ByteWriter& ByteWriter::lengthPrefixed(BytesView bytes)
{
    return u32be(static_cast<std::uint32_t>(bytes.size())).raw(bytes);
}

}  // namespace quorate
