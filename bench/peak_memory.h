// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace quorate::bench {

/// High-water mark of this process's resident memory, in KiB.
long peakMemoryKiB();

}  // namespace quorate::bench
