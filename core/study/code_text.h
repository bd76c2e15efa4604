// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/base/bytes.h"

namespace quorate::study {

/// Bytes as a code that people can copy: "QUORATE1-", then RFC 4648 base32 without padding in groups of five, the last group
/// being a check over all of it (the first 25 bits of SHA-256).
std::string toCode(BytesView content);
/// Ignores case, white space and hyphens. Malformed for another text, stray bits, a wrong check, or over 4096 characters.
Result<Bytes> parseCode(std::string_view code);

}  // namespace quorate::study
