// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/peak_memory.h"

// clang-format off
#include <windows.h>
#include <psapi.h>
// clang-format on

namespace quorate::bench {

long peakMemoryKiB()
{
    PROCESS_MEMORY_COUNTERS counters{};
    GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters);
    return static_cast<long>(counters.PeakWorkingSetSize / 1024);
}

}  // namespace quorate::bench
