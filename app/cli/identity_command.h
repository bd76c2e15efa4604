// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// Adds `identity` with its subcommands; when one runs it leaves its exit code in `code`, which outlives the parser.
void addIdentityCommand(CLI::App& app, ExitCode& code);

}  // namespace quorate::cli
