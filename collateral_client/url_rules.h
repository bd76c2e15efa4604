// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/base/result.h"

namespace quorate {

/// What a request's address must be like.
struct UrlRules {
    bool allowPlainHttp = false; ///< For a PCCS inside the house; loopback is allowed http anyway.
};

/// The parts of an address that the rules look at.
struct ParsedUrl {
    std::string scheme;
    std::string host;
    [[nodiscard]] bool isLoopback() const; ///< 127.0.0.0/8, ::1, or the name localhost.
};

/// Malformed unless it is https, or http where the rules allow it, and carries neither user nor password.
Result<ParsedUrl> checkUrl(const std::string& url, const UrlRules& rules);
/// Where a redirect leads must pass checkUrl() and keep the scheme; http never leaves loopback by one unless allowed.
Result<void> checkRedirect(const ParsedUrl& from, const std::string& to, const UrlRules& rules);

} // namespace quorate
