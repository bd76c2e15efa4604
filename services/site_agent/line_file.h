// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace quorate::services {

/// The lines of a text file of ours after its first, which names its kind; none where there is no file. Malformed when the
/// first line is another or the last one has no end, and above 4 MiB.
Result<std::vector<std::string>> readLineFile(const std::filesystem::path& file, const std::string& firstLine);

}  // namespace quorate::services
