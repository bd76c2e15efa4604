// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/vectors.h"

namespace quorate::tests {

/// A file of the shared vectors. Absent: says so, and fails where CI=true, so that a run without vectors cannot pass for
/// one with them.
inline std::optional<std::filesystem::path> sharedVector(const std::string& relative)
{
    const auto shared = test::sharedFolder();
    if (shared && std::filesystem::exists(*shared / "vectors" / relative)) return *shared / "vectors" / relative;
    MESSAGE("SKIPPED: no shared vectors/" << relative);
    CHECK_FALSE(test::isCi());
    return std::nullopt;
}

inline std::string readText(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace quorate::tests
