// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

}  // namespace quorate
