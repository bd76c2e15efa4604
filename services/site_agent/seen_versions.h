// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/study/study_package.h"

namespace quorate::services {

/// Holds the package's four signed objects against the newest of this study that `file` remembers, and remembers what is newer
/// (trust protocol, section 1). A lower version is PolicyRefused, other bytes under the same one Untrusted; nothing is
/// remembered then. The first package of a study is taken as it is. Malformed when the file cannot be understood, for a
/// memory that forgets accepts everything; StorageFailed when it cannot be written.
Result<void> raiseSeenVersions(const std::filesystem::path& file, const study::VerifiedPackage& package);

}  // namespace quorate::services
