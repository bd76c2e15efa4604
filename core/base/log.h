// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/base/result.h"

namespace quorate {

/// One line to stderr: RFC 3339 time, level, text. For operators of the services; never a secret, never a record's value.
void logInfo(std::string_view text);
void logError(std::string_view what, const Error& error);

}  // namespace quorate
