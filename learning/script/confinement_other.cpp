// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/script/confinement.h"

namespace quorate::learning {

Result<void> confineThisProcess(const ConfinementLimits&)
{
    return fail(ErrorKind::Unavailable, "confining a process is not available on this system, so a TorchScript model cannot be run");
}

}  // namespace quorate::learning
