// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/shared_vectors.h"

namespace quorate::tests {

/// A folder of the data that lies beside the sources, like sharedVector().
inline std::optional<std::filesystem::path> sharedFolder(const std::string& relative)
{
    const std::filesystem::path source = environment("QUORATE_SOURCE", ".");
    const std::filesystem::path shared = environment("QUORATE_SHARED", (source / ".." / "shared").string());
    if (std::filesystem::is_directory(shared / relative)) return shared / relative;
    MESSAGE("SKIPPED: no data at " << (shared / relative).string());
    CHECK(environment("CI", "false") != "true");
    return std::nullopt;
}

}  // namespace quorate::tests
