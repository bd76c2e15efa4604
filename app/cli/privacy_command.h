// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// `privacy plan`: what a plan's differential privacy comes to, and which noise which epsilon needs.
void addPrivacyCommand(CLI::App& app, ExitCode& code);

}  // namespace quorate::cli
