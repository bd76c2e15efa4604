// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "core/base/core_dump.h"

namespace quorate {

void forbidCoreDumps()
{
    const rlimit none{0, 0};
    (void)::setrlimit(RLIMIT_CORE, &none);
// The limit does not hold where the system pipes crashes to a program. A leak checker reads its process as a debugger does.
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
    (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

}  // namespace quorate
