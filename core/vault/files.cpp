// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/files.h"

#include <cstdio>
#include <memory>

#include "core/vault/flush.h"

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

Result<void> requireNothing(const fs::path& path)
{
    if (isThere(path)) return fail(ErrorKind::StorageFailed, path.string() + " is there already");
    return {};
}

Result<Bytes> readFile(const fs::path& path, std::size_t maxBytes)
{
    const FilePtr file(std::fopen(path.string().c_str(), "rb"));
    if (!file) return fail(ErrorKind::Unavailable, path.string() + " cannot be opened");
    Bytes out(maxBytes + 1);
    out.resize(std::fread(out.data(), 1, out.size(), file.get()));
    if (std::ferror(file.get()) != 0) return storageFailed(path, "cannot be read");
    if (out.size() > maxBytes) {
        return fail(ErrorKind::Malformed, path.string() + " is longer than " + std::to_string(maxBytes) + " bytes");
    }
    return out;
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
    TRY(replaceFile(temporary, path));
    cleanup.keep();
    return {};
}

Result<void> replaceFile(const fs::path& from, const fs::path& to)
{
    std::error_code error;
    fs::rename(from, to, error);
    if (error) return storageFailed(to, "cannot be replaced");
    // Else a power cut could bring the old name back after a later step relied on the new one.
    if (!flushFolder(to.has_parent_path() ? to.parent_path() : fs::path("."))) return storageFailed(to, "cannot be made durable");
    return {};
}

RemoveOnFailure::~RemoveOnFailure()
{
    std::error_code ignored;
    for (const fs::path& path : m_paths) fs::remove(path, ignored);
}

}  // namespace quorate::vault
