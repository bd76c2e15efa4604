// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// Adds `inspect`; when it runs it leaves its exit code in `code`, which outlives the parser.
void addInspectCommand(CLI::App& app, ExitCode& code);

}  // namespace quorate::cli
