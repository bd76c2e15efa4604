// SPDX-License-Identifier: GPL-3.0-or-later
#include <windows.h>

#include "core/base/core_dump.h"

namespace quorate {

// Without the fault box Windows Error Reporting is not asked, and writes no dump.
void forbidCoreDumps() { ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX); }

}  // namespace quorate
