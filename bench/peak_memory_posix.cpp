// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/resource.h>

#include "bench/peak_memory.h"

namespace quorate::bench {

long peakMemoryKiB()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    return usage.ru_maxrss / 1024;
#else
    return usage.ru_maxrss;
#endif
}

}  // namespace quorate::bench
