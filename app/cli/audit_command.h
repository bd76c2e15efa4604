// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// Adds `audit verify` and `audit show`; whichever runs leaves its exit code in `code`, which outlives the parser.
void addAuditCommand(CLI::App& app, ExitCode& code);

}  // namespace quorate::cli
