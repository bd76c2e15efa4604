// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rpc/server_limits.h"

namespace quorate::services {

// Other C libraries do not multiply their heaps by the number of threads.
void limitAllocator() {}

}  // namespace quorate::services
