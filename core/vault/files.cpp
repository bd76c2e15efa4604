// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/files.h"

#include <cstdio>
#include <memory>
#ifndef _WIN32
#include <unistd.h>
#endif

namespace quorate::vault {
namespace {

namespace fs = std::filesystem;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using FilePtr = std::unique_ptr<std::FILE, CloseFile>;

tl::unexpected<Error> storageFailed(const fs::path& path, const char* what)
{
    return fail(ErrorKind::StorageFailed, path.string() + " " + what);
}

bool flushToDisk(std::FILE* file)
{
    if (std::fflush(file) != 0) return false;
#ifdef _WIN32
    return true;
#else
    return fsync(fileno(file)) == 0;
#endif
}

/// Opened anew and empty, before a byte of content is in it.
Result<FilePtr> openNew(const fs::path& path)
{
    FilePtr file(std::fopen(path.string().c_str(), "wbx"));
    if (!file) return storageFailed(path, isThere(path) ? "is there already" : "cannot be created");
    std::error_code error;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, error);
    if (error) {
        file.reset();
        fs::remove(path, error);
        return storageFailed(path, "cannot be made private to its owner");
    }
    return file;
}

}  // namespace

bool isThere(const fs::path& path)
{
    std::error_code error;
    return fs::exists(fs::symlink_status(path, error));
}

Result<Bytes> readStart(const fs::path& path, std::size_t count)
{
    const FilePtr file(std::fopen(path.string().c_str(), "rb"));
    if (!file) return fail(ErrorKind::Unavailable, path.string() + " cannot be opened");
    Bytes out(count);
    out.resize(std::fread(out.data(), 1, count, file.get()));
    if (std::ferror(file.get()) != 0) return storageFailed(path, "cannot be read");
    return out;
}

Result<Bytes> readFile(const fs::path& path, std::size_t maxBytes)
{
    TRY_ASSIGN(content, readStart(path, maxBytes + 1));
    if (content.size() > maxBytes) {
        return fail(ErrorKind::Malformed, path.string() + " is longer than " + std::to_string(maxBytes) + " bytes");
    }
    return content;
}

Result<void> createPrivateFile(const fs::path& path)
{
    TRY(openNew(path));
    return {};
}

Result<void> writePrivateFile(const fs::path& path, BytesView content)
{
    fs::path temporary = path;
    temporary += ".new";
    std::error_code error;
    fs::remove(temporary, error);  // Of an earlier write that was cut off.
    RemoveOnFailure cleanup;
    TRY_ASSIGN(file, openNew(temporary));
    cleanup.watch(temporary);
    if (std::fwrite(content.data(), 1, content.size(), file.get()) != content.size() || !flushToDisk(file.get())) {
        return storageFailed(temporary, "cannot be written");
    }
    file.reset();
    fs::rename(temporary, path, error);
    if (error) return storageFailed(path, "cannot be replaced");
    cleanup.keep();
    return {};
}

RemoveOnFailure::~RemoveOnFailure()
{
    std::error_code ignored;
    for (const fs::path& path : m_paths) fs::remove(path, ignored);
}

}  // namespace quorate::vault
