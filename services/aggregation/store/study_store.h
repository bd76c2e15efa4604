// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/aggregation/store/model_file.h"
#include "services/aggregation/store/update_spool.h"

namespace quorate::services {

/// The folder in which the service keeps one study, all of it sealed under keys of the released study key.
class StudyStore {
public:
    /// Makes the folder when it is not there.
    static Result<StudyStore> open(std::filesystem::path folder, const Uuid& study, SecretBytes checkpointKey, SecretBytes modelKey,
                                   RandomSource random);

    [[nodiscard]] Result<std::shared_ptr<IncomingUpdate>> incoming(UpdateDeclaration declared) const;
    [[nodiscard]] Result<ModelWriter> modelWriter(const learning::ModelManifest& manifest) const;
    /// For sealing to sites.
    [[nodiscard]] BytesView exposeModelKey() const { return m_modelKey.expose(); }
    /// The keys are gone, and with them everything that was written.
    void wipe();

private:
    StudyStore() = default;
    [[nodiscard]] Result<std::filesystem::path> newPath(const char* kind) const;

    std::filesystem::path m_folder;
    Uuid m_study;
    SecretBytes m_checkpointKey;
    SecretBytes m_modelKey;
    RandomSource m_random;
};

}  // namespace quorate::services
