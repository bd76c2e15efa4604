// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// study preview: what the sites of a study show of their records before training. study pause, resume, exclude, readmit:
/// order_command.h.
void addStudyCommand(CLI::App& app, ExitCode& code);

}  // namespace quorate::cli
