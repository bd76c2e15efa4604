// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/base/bytes.h"

namespace quorate::services {

/// How many different previews one study has been shown by this site: the digests, one a line, in a file of the site's own.
/// Two previews of records that differ by one patient tell of that patient, so that their number is bounded.
class PreviewLedger {
public:
    PreviewLedger(std::filesystem::path folder, const Uuid& study) : m_file(folder / ("previews-" + toHex(study) + ".txt")) {}

    /// Writes the digest down before the preview is given out. The same one again counts once; PolicyRefused when it would be
    /// one more than `most`, StorageFailed when it cannot be written, Malformed when the file is not what this class writes.
    Result<void> admit(const Digest32& preview, std::uint32_t most) const;

private:
    std::filesystem::path m_file;
};

}  // namespace quorate::services
