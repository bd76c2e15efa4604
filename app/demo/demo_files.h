// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/bytes.h"

namespace quorate::demo {

/// Written whole, then renamed into place; readable by its owner only.
Result<void> writeFile(const std::filesystem::path& path, BytesView content);
/// At most 8 MiB.
Result<Bytes> readFile(const std::filesystem::path& path);

}  // namespace quorate::demo
