// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace quorate::tests {

/// Environment variable, or `otherwise` when unset or empty.
inline std::string environment(const char* name, const std::string& otherwise)
{
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : otherwise;
}

/// A file or folder of the shared vectors and data: under $QUORATE_SHARED, else beside the source tree. Absent: says so, and
/// fails where CI=true, so that a run without them cannot pass for one with them.
inline std::optional<std::filesystem::path> sharedFile(const std::string& relative)
{
    const std::filesystem::path source = environment("QUORATE_SOURCE", ".");
    const std::filesystem::path shared = environment("QUORATE_SHARED", (source / ".." / "shared").string());
    if (std::filesystem::exists(shared / relative)) return shared / relative;
    MESSAGE("SKIPPED: nothing at " << (shared / relative).string());
    CHECK(environment("CI", "false") != "true");
    return std::nullopt;
}

inline std::optional<std::filesystem::path> sharedVector(const std::string& relative) { return sharedFile("vectors/" + relative); }

inline std::string readText(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace quorate::tests
