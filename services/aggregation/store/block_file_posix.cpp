// SPDX-License-Identifier: GPL-3.0-or-later
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "services/aggregation/store/block_file.h"

namespace quorate::services {
namespace {

int descriptor(std::intptr_t handle) { return static_cast<int>(handle); }

tl::unexpected<Error> storageFailed(const char* what)
{
    return fail(ErrorKind::StorageFailed, std::string("a file of the state folder cannot be ") + what);
}

}  // namespace

Result<BlockFile> BlockFile::create(const std::filesystem::path& path)
{
    const int opened = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (opened < 0) return fail(ErrorKind::StorageFailed, path.string() + " cannot be created");
    return BlockFile(opened);
}

Result<BlockFile> BlockFile::openToRead(const std::filesystem::path& path)
{
    const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened < 0) return fail(ErrorKind::Unavailable, path.string() + " cannot be opened");
    return BlockFile(opened);
}

BlockFile& BlockFile::operator=(BlockFile&& other) noexcept
{
    std::swap(m_handle, other.m_handle);
    return *this;
}

BlockFile::~BlockFile()
{
    if (m_handle >= 0) ::close(descriptor(m_handle));
}

Result<void> BlockFile::writeAt(std::uint64_t offset, BytesView bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(descriptor(m_handle), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return storageFailed("written");
        offset += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> BlockFile::readAt(std::uint64_t offset, std::span<std::uint8_t> out) const
{
    while (!out.empty()) {
        const ssize_t got = ::pread(descriptor(m_handle), out.data(), out.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return storageFailed("read to its end");
        offset += static_cast<std::uint64_t>(got);
        out = out.subspan(static_cast<std::size_t>(got));
    }
    return {};
}

Result<std::uint64_t> BlockFile::size() const
{
    struct stat status = {};
    if (::fstat(descriptor(m_handle), &status) != 0) return storageFailed("measured");
    return static_cast<std::uint64_t>(status.st_size);
}

Result<void> BlockFile::flush()
{
    if (::fsync(descriptor(m_handle)) != 0) return storageFailed("brought to the disk");
    return {};
}

}  // namespace quorate::services
