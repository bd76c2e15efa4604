// SPDX-License-Identifier: GPL-3.0-or-later
#include <windows.h>

#include "core/base/environment.h"
#include "services/site_agent/resource_limits.h"

namespace quorate::services {

Result<void> applyResourceLimits(const ResourceLimits& limits)
{
    if (limits.threads != 0) {
        for (const char* name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}) setEnvironment(name, std::to_string(limits.threads));
    }
    if (limits.memoryMiB != 0) {
        // The job lives as long as the process: its handle is never closed.
        const HANDLE job = ::CreateJobObjectW(nullptr, nullptr);
        JOBOBJECT_EXTENDED_LIMIT_INFORMATION information{};
        information.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_PROCESS_MEMORY;
        information.ProcessMemoryLimit = static_cast<SIZE_T>(limits.memoryMiB) << 20;
        if (job == nullptr || !::SetInformationJobObject(job, JobObjectExtendedLimitInformation, &information, sizeof information) ||
            !::AssignProcessToJobObject(job, ::GetCurrentProcess())) {
            return fail(ErrorKind::Unavailable, "memory cannot be limited as the site's policy says");
        }
    }
    const DWORD priority = limits.niceness >= 10 ? IDLE_PRIORITY_CLASS : BELOW_NORMAL_PRIORITY_CLASS;
    if (limits.niceness != 0 && !::SetPriorityClass(::GetCurrentProcess(), priority)) {
        return fail(ErrorKind::Unavailable, "the priority cannot be lowered as the site's policy says");
    }
    return {};
}

}  // namespace quorate::services
