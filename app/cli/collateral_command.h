// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// Adds `collateral fetch|import|list|refresh`; what runs leaves its exit code in `code`, which outlives the parser.
void addCollateralCommand(CLI::App& app, ExitCode& code);

} // namespace quorate::cli
