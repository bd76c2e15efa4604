// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// The steps of `quoratectl identity` that go through the service: offer, requests, answer, ask.
void addInvitationCommands(CLI::App& identity, ExitCode& code);

}  // namespace quorate::cli
