// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/code_text.h"

#include "core/crypto/digest.h"

namespace quorate::study {
namespace {

constexpr std::string_view kPrefix = "QUORATE1";
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t kMaxCodeChars = 4096;
constexpr std::size_t kGroup = 5;

std::string base32(BytesView bytes)
{
    std::string out;
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (const auto byte : bytes) {
        buffer = (buffer << 8 | byte) & 0xfff;
        for (bits += 8; bits >= 5; bits -= 5) out += kAlphabet[buffer >> (bits - 5) & 31];
    }
    if (bits > 0) out += kAlphabet[buffer << (5 - bits) & 31];
    return out;
}

Result<Bytes> parseBase32(std::string_view text)
{
    Bytes out;
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (const char c : text) {
        buffer = (buffer << 5 | static_cast<std::uint32_t>(kAlphabet.find(c))) & 0xfff;
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        out.push_back(static_cast<std::uint8_t>(buffer >> bits));
    }
    if (bits >= 5 || (buffer & ((1u << bits) - 1)) != 0) return fail(ErrorKind::Malformed, "code has bits after its end");
    return out;
}

std::string checkOf(BytesView content) { return base32(sha256(content).view()).substr(0, kGroup); }

/// Upper case, nothing but the alphabet and the prefix's "1".
Result<std::string> compact(std::string_view code)
{
    if (code.size() > kMaxCodeChars) return fail(ErrorKind::Malformed, "code is over 4096 characters");
    std::string out;
    for (const char c : code) {
        if (c == '-' || c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
        const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        const bool ofPrefix = out.size() < kPrefix.size();
        if (ofPrefix ? upper != kPrefix[out.size()] : kAlphabet.find(upper) == std::string_view::npos) {
            return fail(ErrorKind::Malformed, "code has a character that does not belong at place " + std::to_string(out.size() + 1));
        }
        out += upper;
    }
    return out;
}

}  // namespace

std::string toCode(BytesView content)
{
    const std::string digits = base32(content);
    std::string out(kPrefix);
    for (std::size_t i = 0; i < digits.size(); i += kGroup) out += "-" + digits.substr(i, kGroup);
    return out + "-" + checkOf(content);
}

Result<Bytes> parseCode(std::string_view code)
{
    TRY_ASSIGN(digits, compact(code));
    if (digits.size() < kPrefix.size() + kGroup) return fail(ErrorKind::Malformed, "code is too short");
    const std::string_view all(digits);
    const auto body = all.substr(kPrefix.size(), all.size() - kPrefix.size() - kGroup);
    TRY_ASSIGN(content, parseBase32(body));
    if (checkOf(content) != all.substr(all.size() - kGroup)) {
        return fail(ErrorKind::Malformed, "the code's check group does not fit; a character is wrong or missing");
    }
    return content;
}

}  // namespace quorate::study
