// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace quorate::test {

/// The folder of public vectors: QUORATE_SHARED, or `shared` beside the source tree. Empty when it is not there; a test
/// then says so and ends, except where CI=true wants every test.
inline std::optional<std::filesystem::path> sharedFolder()
{
    namespace fs = std::filesystem;
    const char* shared = std::getenv("QUORATE_SHARED");
    const char* source = std::getenv("QUORATE_SOURCE");
    const fs::path folder = shared != nullptr ? fs::path(shared) : fs::path(source != nullptr ? source : ".") / ".." / "shared";
    std::error_code error;
    if (fs::is_directory(folder / "vectors", error)) return folder;
    return std::nullopt;
}

inline bool isCi()
{
    const char* ci = std::getenv("CI");
    return ci != nullptr && std::string_view(ci) == "true";
}

}  // namespace quorate::test
