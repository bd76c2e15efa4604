// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_files.h"

#include <fstream>

#include "core/attestation/case_folder.h"

namespace quorate::demo {

namespace fs = std::filesystem;

Result<void> writeFile(const fs::path& path, BytesView content)
{
    const fs::path partial = path.string() + ".part";
    std::error_code error;
    {
        std::ofstream file(partial, std::ios::binary | std::ios::trunc);
        fs::permissions(partial, fs::perms::owner_read | fs::perms::owner_write, error);
        file.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
        if (!file.flush()) return fail(ErrorKind::StorageFailed, path.string() + " cannot be written");
    }
    fs::rename(partial, path, error);
    if (error) return fail(ErrorKind::StorageFailed, path.string() + " cannot be written: " + error.message());
    return {};
}

Result<Bytes> readFile(const fs::path& path)
{
    auto content = attestation::readBoundedFile(path, 8 * 1024 * 1024);
    if (!content) return failAt(path.string(), content.error());
    return content;
}

}  // namespace quorate::demo
