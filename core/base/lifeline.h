// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace quorate {

/// Ends this process, without further ado, within half a second after `file` is gone. For programs that a demo starts and
/// that must not outlive it, whatever becomes of their parent.
void endWithFile(std::filesystem::path file);

}  // namespace quorate
