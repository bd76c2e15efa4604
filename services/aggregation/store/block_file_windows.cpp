// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <windows.h>

#include "services/aggregation/store/block_file.h"

namespace quorate::services {
namespace {

HANDLE handleOf(std::intptr_t handle) { return reinterpret_cast<HANDLE>(handle); }

tl::unexpected<Error> storageFailed(const char* what)
{
    return fail(ErrorKind::StorageFailed, std::string("a file of the state folder cannot be ") + what);
}

OVERLAPPED placeAt(std::uint64_t offset)
{
    OVERLAPPED place{};
    place.Offset = static_cast<DWORD>(offset);
    place.OffsetHigh = static_cast<DWORD>(offset >> 32);
    return place;
}

constexpr std::size_t kLargest = std::size_t{1} << 30;

}  // namespace

Result<BlockFile> BlockFile::create(const std::filesystem::path& path)
{
    const HANDLE opened = CreateFileW(path.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr,
                                      CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (opened == INVALID_HANDLE_VALUE) return fail(ErrorKind::StorageFailed, path.string() + " cannot be created");
    return BlockFile(reinterpret_cast<std::intptr_t>(opened));
}

Result<BlockFile> BlockFile::openToRead(const std::filesystem::path& path)
{
    const HANDLE opened = CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                      OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (opened == INVALID_HANDLE_VALUE) return fail(ErrorKind::Unavailable, path.string() + " cannot be opened");
    return BlockFile(reinterpret_cast<std::intptr_t>(opened));
}

BlockFile& BlockFile::operator=(BlockFile&& other) noexcept
{
    std::swap(m_handle, other.m_handle);
    return *this;
}

BlockFile::~BlockFile()
{
    if (m_handle != -1) CloseHandle(handleOf(m_handle));
}

Result<void> BlockFile::writeAt(std::uint64_t offset, BytesView bytes)
{
    while (!bytes.empty()) {
        OVERLAPPED place = placeAt(offset);
        DWORD written = 0;
        const auto part = static_cast<DWORD>(std::min(bytes.size(), kLargest));
        if (WriteFile(handleOf(m_handle), bytes.data(), part, &written, &place) == 0 || written == 0) return storageFailed("written");
        offset += written;
        bytes = bytes.subspan(written);
    }
    return {};
}

Result<void> BlockFile::readAt(std::uint64_t offset, std::span<std::uint8_t> out) const
{
    while (!out.empty()) {
        OVERLAPPED place = placeAt(offset);
        DWORD got = 0;
        const auto part = static_cast<DWORD>(std::min(out.size(), kLargest));
        if (ReadFile(handleOf(m_handle), out.data(), part, &got, &place) == 0 || got == 0) return storageFailed("read to its end");
        offset += got;
        out = out.subspan(got);
    }
    return {};
}

Result<std::uint64_t> BlockFile::size() const
{
    LARGE_INTEGER size{};
    if (GetFileSizeEx(handleOf(m_handle), &size) == 0) return storageFailed("measured");
    return static_cast<std::uint64_t>(size.QuadPart);
}

Result<void> BlockFile::flush()
{
    if (FlushFileBuffers(handleOf(m_handle)) == 0) return storageFailed("brought to the disk");
    return {};
}

}  // namespace quorate::services
