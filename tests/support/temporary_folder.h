// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/random.h"

namespace quorate::tests {

inline Bytes readBytes(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void writeBytes(const std::filesystem::path& path, BytesView content)
{
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
}

/// An empty folder of its own for one test, removed with everything in it at the end.
class TemporaryFolder {
public:
    TemporaryFolder()
    {
        const std::string name = "quorate-test-" + toHex(randomFixed<8>(systemRandom()).value());
        m_path = std::filesystem::temp_directory_path() / name;
        std::filesystem::create_directory(m_path);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return m_path / name; }
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    /// Writes a file of these bytes and returns its path.
    [[nodiscard]] std::filesystem::path write(const std::string& name, std::string_view content) const
    {
        const auto path = m_path / name;
        writeBytes(path, asBytes(content));
        return path;
    }

private:
    std::filesystem::path m_path;
};

}  // namespace quorate::tests
