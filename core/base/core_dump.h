// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace quorate {

/// From now on a crash leaves no image of this process's memory, which may hold keys, and where the system can (Linux) no
/// other program of the same user may read it. First thing in a program; what a program starts decides for itself.
void forbidCoreDumps();

}  // namespace quorate
