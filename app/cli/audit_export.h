// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_codes.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// `quoratectl audit export`: a vault's log as a file that the rest of `audit` reads.
void addAuditExport(CLI::App& audit, ExitCode& code);

}  // namespace quorate::cli
