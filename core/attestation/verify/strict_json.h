// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/base/bytes.h"

namespace quorate::attestation {

/// The value of `text`. Malformed unless it is one JSON value of at most `maxBytes` and 16 levels in which no object repeats
/// a member. Included by .cpp files only.
Result<nlohmann::json> parseStrict(std::string_view text, std::size_t maxBytes);

}  // namespace quorate::attestation
