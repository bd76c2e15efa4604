// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdio>
#include <filesystem>

namespace quorate::vault {

/// False unless everything written to `file` is on the disk.
bool flushToDisk(std::FILE* file);
/// False unless the folder's names are on the disk.
bool flushFolder(const std::filesystem::path& folder);

}  // namespace quorate::vault
