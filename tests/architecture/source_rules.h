// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quorate::tests {

/// What breaks the layer table and the house rules in one source file, a sentence each. `path` is relative to the root, with
/// forward slashes; its first folder is the layer.
std::vector<std::string> includeViolations(const std::string& path, std::string_view text);

/// SPDX line among the first three lines, `#pragma once` in headers.
std::vector<std::string> headerViolations(const std::string& path, std::string_view text);

/// The names within #include "..." or <...>, with their delimiter in front: `"core/base/bytes.h`, `<vector`.
std::vector<std::string> includesOf(std::string_view text);

}  // namespace quorate::tests
