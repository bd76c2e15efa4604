// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace quorate {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

/// N bytes by value: digests, keys, identifiers. Ordered, so it can key a set.
template <std::size_t N>
struct FixedBytes {
    std::array<std::uint8_t, N> bytes{};

    static constexpr std::size_t kSize = N;

    /// Fails unless `view` is exactly N bytes long.
    static Result<FixedBytes> from(BytesView view)
    {
        if (view.size() != N) {
            return fail(ErrorKind::Malformed, "value is " + std::to_string(view.size()) + " bytes, want " + std::to_string(N));
        }
        FixedBytes out;
        std::copy(view.begin(), view.end(), out.bytes.begin());
        return out;
    }

    [[nodiscard]] BytesView view() const { return {bytes.data(), N}; }
    [[nodiscard]] bool isZero() const
    {
        return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
    }
    auto operator<=>(const FixedBytes&) const = default;
};

using Digest32 = FixedBytes<32>;  ///< SHA-256 unless said.
using Digest48 = FixedBytes<48>;  ///< SHA-384: MRTD, RTMR, MEASUREMENT.
using Digest64 = FixedBytes<64>;  ///< SHA-512: report_data.
using Uuid = FixedBytes<16>;      ///< Study and site ids.

/// Lower-case hexadecimal, no separators.
std::string toHex(BytesView bytes);
/// Either case; fails on odd length or another character.
Result<Bytes> parseHex(std::string_view text);
template <std::size_t N>
Result<FixedBytes<N>> parseHexFixed(std::string_view text)
{
    TRY_ASSIGN(bytes, parseHex(text));
    return FixedBytes<N>::from(bytes);
}
template <std::size_t N>
std::string toHex(const FixedBytes<N>& value) { return toHex(value.view()); }

/// RFC 4648 section 4, padded, no line breaks.
std::string toBase64(BytesView bytes);
Result<Bytes> parseBase64(std::string_view text);

inline BytesView asBytes(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view asText(BytesView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes toBytes(BytesView view) { return {view.begin(), view.end()}; }
inline Bytes toBytes(std::string_view text) { return toBytes(asBytes(text)); }

/// RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF.
bool isUtf8(std::string_view text);

/// Equal length and content, in time that depends on the length only.
bool equalConstantTime(BytesView a, BytesView b);

}  // namespace quorate
