// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits>
#include <string>

#include "core/base/bytes.h"
#include "core/base/clock.h"

namespace quorate::payload {

/// Helpers of the *_codec.cpp files that turn core values into protobuf payloads and back. Included by nothing else.

inline constexpr std::size_t kMaxPayloadBytes = 1024 * 1024;

inline std::string text(BytesView bytes) { return std::string(asText(bytes)); }
template <std::size_t N>
std::string text(const FixedBytes<N>& value) { return text(value.view()); }

inline std::int64_t seconds(UtcSeconds time) { return time.time_since_epoch().count(); }

/// Refuses years outside 1970..9999, which no calendar code of ours needs to survive.
inline Result<UtcSeconds> time(std::int64_t unixSeconds, const char* field)
{
    if (unixSeconds < 0 || unixSeconds > 253402300799) return fail(ErrorKind::Malformed, std::string(field) + " is no plausible time");
    return UtcSeconds(std::chrono::seconds(unixSeconds));
}

template <std::size_t N>
Result<FixedBytes<N>> fixed(const std::string& value, const char* field)
{
    auto parsed = FixedBytes<N>::from(asBytes(value));
    if (!parsed) return failAt(field, parsed.error());
    return *parsed;
}

/// Enumerators are dense from 0; `last` is the greatest one.
template <typename Enum>
Result<Enum> enumerator(std::uint32_t value, Enum last, const char* field)
{
    if (value > static_cast<std::uint32_t>(last)) {
        return fail(ErrorKind::Malformed, std::string(field) + " is " + std::to_string(value) + ", want at most " +
                                              std::to_string(static_cast<std::uint32_t>(last)));
    }
    return static_cast<Enum>(value);
}

template <typename Message>
Bytes serialise(const Message& message)
{
    Bytes out(message.ByteSizeLong());
    message.SerializeToArray(out.data(), static_cast<int>(out.size()));
    return out;
}

template <typename Message>
Result<Message> parse(BytesView payload, const char* what)
{
    if (payload.size() > kMaxPayloadBytes) {
        return fail(ErrorKind::Malformed, std::string(what) + " is " + std::to_string(payload.size()) + " bytes, want at most " +
                                              std::to_string(kMaxPayloadBytes));
    }
    Message message;
    if (!message.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
        return fail(ErrorKind::Malformed, std::string(what) + " is not a protobuf message of its kind");
    }
    return message;
}

}  // namespace quorate::payload
