// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// `policy check`: reads a policy and says what it asks.
void addPolicyCommand(CLI::App& app, ExitCode& code);

}  // namespace quorate::cli
