// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// `quoratectl study accept-product`: custodians sign an acceptance one after the other, and somebody brings it to the service.
void addProductAcceptanceCommand(CLI::App& study, ExitCode& code);

}  // namespace quorate::cli
