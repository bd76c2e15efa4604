// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/resource.h>

#include "core/base/environment.h"
#include "services/site_agent/resource_limits.h"

namespace quorate::services {

Result<void> applyResourceLimits(const ResourceLimits& limits)
{
    if (limits.threads != 0) {
        // Read by OpenMP and OpenBLAS when they start.
        for (const char* name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}) setEnvironment(name, std::to_string(limits.threads));
    }
    if (limits.memoryMiB != 0) {
        const rlim_t bytes = static_cast<rlim_t>(limits.memoryMiB) << 20;
        const rlimit limit{bytes, bytes};
        if (::setrlimit(RLIMIT_DATA, &limit) != 0) return fail(ErrorKind::Unavailable, "memory cannot be limited as the site's policy says");
    }
    if (limits.niceness != 0 && ::setpriority(PRIO_PROCESS, 0, static_cast<int>(limits.niceness)) != 0) {
        return fail(ErrorKind::Unavailable, "the priority cannot be lowered as the site's policy says");
    }
    return {};
}

}  // namespace quorate::services
