// SPDX-License-Identifier: GPL-3.0-or-later
#include <io.h>

#include "core/vault/flush.h"

namespace quorate::vault {

bool flushToDisk(std::FILE* file) { return std::fflush(file) == 0 && _commit(_fileno(file)) == 0; }

// NTFS journals its names by itself, and a folder cannot be flushed.
bool flushFolder(const std::filesystem::path&) { return true; }

}  // namespace quorate::vault
