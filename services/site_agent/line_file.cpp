// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/line_file.h"

#include <sstream>

#include "core/vault/files.h"

namespace quorate::services {

Result<std::vector<std::string>> readLineFile(const std::filesystem::path& file, const std::string& firstLine)
{
    constexpr std::size_t kMaxFileBytes = 4 * 1024 * 1024;
    std::vector<std::string> out;
    if (!vault::isThere(file)) return out;
    TRY_ASSIGN(bytes, vault::readFile(file, kMaxFileBytes));
    std::istringstream lines{std::string(asText(bytes))};
    std::string line;
    if (!std::getline(lines, line) || line != firstLine || bytes.back() != '\n') {
        return fail(ErrorKind::Malformed, "not a whole file of " + firstLine);
    }
    while (std::getline(lines, line)) out.push_back(line);
    return out;
}

}  // namespace quorate::services
