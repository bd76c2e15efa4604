// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include <cstdio>

#include "core/base/clock.h"

namespace quorate {
namespace {

void line(const char* level, const std::string& text)
{
    const std::string time = formatRfc3339(toSeconds(systemClock()()));
    // One call, so that lines of several threads do not mix.
    std::fprintf(stderr, "%s %s %s\n", time.c_str(), level, text.c_str());
}

}  // namespace

void logInfo(std::string_view text) { line("info", std::string(text)); }

void logError(std::string_view what, const Error& error)
{
    line("error", std::string(what) + ": " + error.message + " (" + nameOf(error.kind) + ")");
}

}  // namespace quorate
