// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/site_agent/site_policy.h"

namespace quorate::services {

/// Holds this process to the limits from now on: threads of the numeric libraries, memory, priority. Before any thread
/// starts. Unavailable when the system does not let it; nothing runs without the limits that the hospital set.
Result<void> applyResourceLimits(const ResourceLimits& limits);

}  // namespace quorate::services
