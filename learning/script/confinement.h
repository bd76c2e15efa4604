// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/base/result.h"

namespace quorate::learning {

struct ConfinementLimits {
    std::uint32_t memoryMiB = 1024;    ///< That the process may map beyond what it has when it is confined.
    std::uint32_t cpuSeconds = 600;    ///< Of processor time, all of it.
};

/// Gives up, for good, what this process does not need to compute: network, other processes, new privileges, files other than
/// descriptors 0, 1 and 2, executable memory, core dumps, and more memory or processor time than the limits. It dies with its
/// parent. A forbidden system call ends the process with SIGSYS; opening a file fails with EACCES. To be called by a process
/// of one thread. Unavailable where the system has no such means: then nothing untrusted may be run.
Result<void> confineThisProcess(const ConfinementLimits& limits);

}  // namespace quorate::learning
