// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// `demo run`: a whole study on this computer, every role played in turn.
void addDemoCommand(CLI::App& app, ExitCode& code);

}  // namespace quorate::cli
