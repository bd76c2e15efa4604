// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/base/bytes.h"

namespace quorate::vault {

/// Unavailable when it is not there, Malformed above `maxBytes`.
Result<Bytes> readFile(const std::filesystem::path& path, std::size_t maxBytes);
/// Creates an empty file that only its owner may read. StorageFailed when something is there already.
Result<void> createPrivateFile(const std::filesystem::path& path);
/// Replaces the file as a whole or not at all; only its owner may read it.
Result<void> writePrivateFile(const std::filesystem::path& path, BytesView content);
/// Renames `from` over `to`, durably.
Result<void> replaceFile(const std::filesystem::path& from, const std::filesystem::path& to);
bool isThere(const std::filesystem::path& path);
/// StorageFailed where something is.
Result<void> requireNothing(const std::filesystem::path& path);

/// Files that are removed again unless everything that needed them went well.
class RemoveOnFailure {
public:
    RemoveOnFailure() = default;
    RemoveOnFailure(const RemoveOnFailure&) = delete;
    RemoveOnFailure& operator=(const RemoveOnFailure&) = delete;
    ~RemoveOnFailure();
    void watch(std::filesystem::path path) { m_paths.push_back(std::move(path)); }
    void keep() { m_paths.clear(); }

private:
    std::vector<std::filesystem::path> m_paths;
};

}  // namespace quorate::vault
