// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <optional>
#include <string>

namespace quorate::test {

/// A folder of the data and vectors that lie beside the sources (QUORATE_SHARED, else ../shared). Where it is absent the
/// test says so and skips; in CI that is a failure.
inline std::optional<std::filesystem::path> sharedFolder(const std::string& relative)
{
    const char* shared = std::getenv("QUORATE_SHARED");
    const char* source = std::getenv("QUORATE_SOURCE");
    const std::filesystem::path root = shared != nullptr   ? std::filesystem::path(shared)
                                       : source != nullptr ? std::filesystem::path(source) / ".." / "shared"
                                                           : std::filesystem::path("../shared");
    std::error_code error;
    if (std::filesystem::is_directory(root / relative, error)) return root / relative;
    const char* ci = std::getenv("CI");
    if (ci != nullptr && std::string(ci) == "true") {
        FAIL("not found, though this is CI: " << (root / relative).string());
    }
    MESSAGE("SKIPPED, not found: " << (root / relative).string());
    return std::nullopt;
}

}  // namespace quorate::test
