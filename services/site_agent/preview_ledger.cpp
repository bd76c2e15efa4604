// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/preview_ledger.h"

#include <fstream>

namespace quorate::services {

Result<void> PreviewLedger::admit(const Digest32& preview, std::uint32_t most) const
{
    const std::string wanted = toHex(preview);
    std::uint32_t shown = 0;
    std::ifstream in(m_file);
    for (std::string line; std::getline(in, line); ++shown) {
        if (!parseHexFixed<32>(line)) return fail(ErrorKind::Malformed, m_file.filename().string() + ": want a digest on each line");
        if (line == wanted) return most == 0 ? fail(ErrorKind::PolicyRefused, "this site's policy allows no preview") : Result<void>();
    }
    if (shown >= most) {
        return fail(ErrorKind::PolicyRefused, "this site's policy allows " + std::to_string(most) + " previews for one study, and " +
                                                  std::to_string(shown) + " were given");
    }
    std::ofstream out(m_file, std::ios::app);
    out << wanted << '\n';
    out.flush();
    if (!out) return fail(ErrorKind::StorageFailed, m_file.filename().string() + ": cannot be written");
    return {};
}

}  // namespace quorate::services
