// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"

#include <openssl/asn1.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace quorate {
namespace {

int hexValue(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string toHex(BytesView bytes)
{
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out(bytes.size() * 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        out[2 * i] = kDigits[bytes[i] >> 4];
        out[2 * i + 1] = kDigits[bytes[i] & 0x0f];
    }
    return out;
}

Result<Bytes> parseHex(std::string_view text)
{
    if (text.size() % 2 != 0) return fail(ErrorKind::Malformed, "hexadecimal text has an odd number of digits");
    Bytes out(text.size() / 2);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int high = hexValue(text[2 * i]);
        const int low = hexValue(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return fail(ErrorKind::Malformed, "not a hexadecimal digit near position " + std::to_string(2 * i));
        }
        out[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return out;
}

std::string toBase64(BytesView bytes)
{
    std::string out(4 * ((bytes.size() + 2) / 3), '\0');
    if (out.empty()) return out;
    // EVP_EncodeBlock also writes a terminating NUL, for which std::string keeps room.
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(), static_cast<int>(bytes.size()));
    return out;
}

Result<Bytes> parseBase64(std::string_view text)
{
    if (text.size() % 4 != 0) return fail(ErrorKind::Malformed, "base64 text is not a multiple of 4 characters");
    if (text.empty()) return Bytes{};
    Bytes out(text.size() / 4 * 3);
    const int length = EVP_DecodeBlock(out.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
    if (length < 0) return fail(ErrorKind::Malformed, "text is not base64");
    std::size_t padding = 0;
    while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
    out.resize(static_cast<std::size_t>(length) - padding);
    // One encoding per value: EVP_DecodeBlock skips white space and ignores stray bits.
    if (toBase64(out) != text) return fail(ErrorKind::Malformed, "base64 text is not in its canonical form");
    return out;
}

bool isUtf8(std::string_view text)
{
    while (!text.empty()) {
        unsigned long codePoint = 0;
        const auto* next = reinterpret_cast<const unsigned char*>(text.data());
        const int used = UTF8_getc(next, static_cast<int>(std::min<std::size_t>(text.size(), 4)), &codePoint);
        if (used <= 0 || codePoint > 0x10ffff) return false;
        text.remove_prefix(static_cast<std::size_t>(used));
    }
    return true;
}

bool equalConstantTime(BytesView a, BytesView b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace quorate
