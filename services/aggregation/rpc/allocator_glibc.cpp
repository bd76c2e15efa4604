// SPDX-License-Identifier: GPL-3.0-or-later
#include <malloc.h>

#include "services/aggregation/rpc/server_limits.h"

namespace quorate::services {

// One arena for all threads: each of several would keep the buffers of the largest call that it ever served.
void limitAllocator() { ::mallopt(M_ARENA_MAX, 1); }

}  // namespace quorate::services
