// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/base/bytes.h"

namespace quorate::services {

/// A private file that is written and read at places. Reads may come from several threads at once.
class BlockFile {
public:
    /// StorageFailed when something is there already.
    static Result<BlockFile> create(const std::filesystem::path& path);
    /// Unavailable when it is not there.
    static Result<BlockFile> openToRead(const std::filesystem::path& path);

    BlockFile(BlockFile&& other) noexcept : m_handle(std::exchange(other.m_handle, -1)) {}
    BlockFile& operator=(BlockFile&& other) noexcept;
    ~BlockFile();

    Result<void> writeAt(std::uint64_t offset, BytesView bytes);
    /// StorageFailed when the file ends before `out` is full.
    Result<void> readAt(std::uint64_t offset, std::span<std::uint8_t> out) const;
    [[nodiscard]] Result<std::uint64_t> size() const;
    /// Everything written is on the disk when it returns.
    Result<void> flush();

private:
    explicit BlockFile(std::intptr_t handle) : m_handle(handle) {}
    std::intptr_t m_handle = -1;
};

}  // namespace quorate::services
