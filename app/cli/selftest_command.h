// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// Adds `selftest`; when it runs it leaves its exit code in `code`, which outlives the parser.
void addSelftestCommand(CLI::App& app, ExitCode& code);

}  // namespace quorate::cli
