// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "app/cli/exit_codes.h"

namespace quorate::cli {

/// Standard output, whole; ends the line.
void printLine(const std::string& text);
/// Says on standard error what went wrong (with `json`, as an object on standard output); the exit code for it.
ExitCode reportError(const Error& error, bool json);
/// The same where a judgement on an input is the command's work: PolicyRefused and Untrusted are refusals.
ExitCode reportJudged(const Error& error, bool json);
/// Text that may come from a certificate: control characters become '?', so that a terminal obeys nobody.
std::string printable(const std::string& text);
/// `text` cut to `width` characters with "..." where it is longer.
std::string shortened(const std::string& text, std::size_t width);
/// `text` filled with spaces to `width`.
std::string padded(std::string text, std::size_t width);

}  // namespace quorate::cli
