// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace quorate {

using UtcSeconds = std::chrono::sys_seconds;
using UtcMillis = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where "now" comes from. Time is an argument: nothing below app/ and services/ asks the system by itself.
using Clock = std::function<UtcMillis()>;

Clock systemClock();

/// RFC 3339 in UTC with seconds: "2026-11-21T09:12:00Z".
std::string formatRfc3339(UtcSeconds time);
/// Accepts "Z" or a numeric offset, fractions dropped; refuses impossible dates.
Result<UtcSeconds> parseRfc3339(std::string_view text);

inline UtcSeconds toSeconds(UtcMillis time) { return std::chrono::floor<std::chrono::seconds>(time); }

}  // namespace quorate
