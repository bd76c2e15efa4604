// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/der_reader.h"

#include <array>

namespace quorate::attestation {

Result<DerElement> DerReader::next()
{
    if (m_rest.size() < 2) return fail(ErrorKind::Malformed, "DER ends inside an element");
    const std::uint8_t tag = m_rest[0];
    if ((tag & 0x1f) == 0x1f) return fail(ErrorKind::Malformed, "DER has a tag of several bytes");
    std::size_t length = m_rest[1];
    std::size_t header = 2;
    if (length >= 0x80) {
        const std::size_t count = length & 0x7f;
        if (count == 0 || count > 3 || m_rest.size() < 2 + count) {
            return fail(ErrorKind::Malformed, "DER has a length of " + std::to_string(count) + " bytes, want 1 to 3");
        }
        length = 0;
        for (std::size_t i = 0; i < count; ++i) length = length << 8 | m_rest[2 + i];
        if (length < 0x80 || length >> (8 * (count - 1)) == 0)
            return fail(ErrorKind::Malformed, "DER length is not minimal");
        header += count;
    }
    if (length > m_rest.size() - header) return fail(ErrorKind::Malformed, "DER ends inside an element");
    const DerElement element{tag, m_rest.subspan(header, length)};
    m_rest = m_rest.subspan(header + length);
    return element;
}

Result<BytesView> DerReader::next(std::uint8_t tag)
{
    TRY_ASSIGN(element, next());
    if (element.tag != tag) {
        return fail(ErrorKind::Malformed,
                    "DER tag is " + std::to_string(element.tag) + ", want " + std::to_string(tag));
    }
    return element.content;
}

Result<BytesView> derContent(BytesView bytes, std::uint8_t tag)
{
    DerReader reader(bytes);
    TRY_ASSIGN(content, reader.next(tag));
    if (!reader.atEnd()) return fail(ErrorKind::Malformed, "DER has bytes after its end");
    return content;
}

Result<std::uint16_t> derSmallInteger(BytesView content)
{
    if (content.empty() || (content[0] & 0x80) != 0)
        return fail(ErrorKind::Malformed, "DER integer is empty or negative");
    if (content.size() > 1 && content[0] == 0 && (content[1] & 0x80) == 0) {
        return fail(ErrorKind::Malformed, "DER integer is not minimal");
    }
    if (content.size() > 3 || (content.size() == 3 && content[0] != 0)) {
        return fail(ErrorKind::Malformed, "DER integer does not fit 16 bits");
    }
    std::uint32_t value = 0;
    for (const std::uint8_t b : content) value = value << 8 | b;
    return static_cast<std::uint16_t>(value);
}

Result<bool> derBoolean(const DerElement& element)
{
    const bool shaped = element.tag == kDerBoolean && element.content.size() == 1 &&
                        (element.content[0] == 0x00 || element.content[0] == 0xff);
    if (!shaped) return fail(ErrorKind::Malformed, "DER element is not a BOOLEAN of 0x00 or 0xff");
    return element.content[0] == 0xff;
}

Bytes derEncode(std::uint8_t tag, BytesView content)
{
    Bytes out;
    out.reserve(content.size() + 4);
    out.push_back(tag);
    const std::size_t size = content.size();
    if (size >= 0x100) {
        out.push_back(0x82);
        out.push_back(static_cast<std::uint8_t>(size >> 8));
    } else if (size >= 0x80) {
        out.push_back(0x81);
    }
    out.push_back(static_cast<std::uint8_t>(size));
    for (const std::uint8_t b : content) out.push_back(b);
    return out;
}

Bytes derEncodeInteger(std::uint16_t value)
{
    const std::array<std::uint8_t, 3> padded{0, static_cast<std::uint8_t>(value >> 8),
                                             static_cast<std::uint8_t>(value)};
    std::size_t start = 0;
    // A leading zero stays only where the next byte would read as negative.
    while (start < 2 && padded[start] == 0 && (padded[start + 1] & 0x80) == 0) ++start;
    return derEncode(kDerInteger, BytesView(padded).subspan(start));
}

Bytes derEncodeBoolean(bool value) { return derEncode(kDerBoolean, Bytes{static_cast<std::uint8_t>(value ? 0xff : 0)}); }

}  // namespace quorate::attestation
