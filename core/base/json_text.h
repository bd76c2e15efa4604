// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/result.h"

namespace quorate {

/// Malformed for a text with a NUL. To be asked before any JSON is parsed: RFC 8259 section 2 knows no NUL outside a string
/// and section 7 none inside one, yet nlohmann's parser takes it for the end of the text, whatever follows.
inline Result<void> refuseNul(std::string_view text)
{
    if (text.find('\0') == std::string_view::npos) return {};
    return fail(ErrorKind::Malformed, "JSON text holds a NUL");
}

struct JsonLimits {
    std::size_t levels = 16;     ///< Objects and arrays inside one another.
    std::size_t names = 100000;  ///< Of members, in the whole text.
};

/// Malformed unless it is one JSON text within the limits whose objects name no member twice: nlohmann keeps the last of two
/// without a word, and two readers could see two things. Time grows with the text, which nlohmann's own callbacks do not
/// promise: they look at every earlier member whenever one ends.
Result<void> checkJson(std::string_view text, const JsonLimits& limits = {});

}  // namespace quorate
