// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/study/study_package.h"
#include "services/aggregation/store/stored_envelope.h"

namespace quorate::services {

/// What members have signed about a study, beside its sealed state and not sealed itself: a service that starts anew checks
/// every signature again, and can then be given the key.
struct KeptObjects {
    study::StudyPackage package;
    Uuid publisher;
    std::vector<Received> participations;
    std::vector<Received> stops;
    std::vector<Received> acceptances;
};

/// Unavailable when the study's folder has none.
Result<KeptObjects> readObjects(const std::filesystem::path& folder);
/// Makes the folder when it is not there; the file is replaced as a whole or not at all.
Result<void> writeObjects(const std::filesystem::path& folder, const KeptObjects& objects);

}  // namespace quorate::services
