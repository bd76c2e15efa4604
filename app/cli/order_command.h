// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// study pause, resume, exclude, readmit: a coordinator's orders about the rounds of a running study.
void addOrderCommands(CLI::App& study, ExitCode& code);

}  // namespace quorate::cli
