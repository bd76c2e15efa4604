// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/store/study_store.h"

namespace quorate::services {

namespace fs = std::filesystem;

Result<StudyStore> StudyStore::open(fs::path folder, const Uuid& study, SecretBytes checkpointKey, SecretBytes modelKey,
                                    RandomSource random)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (!error) fs::permissions(folder, fs::perms::owner_all, error);
    if (error) return fail(ErrorKind::StorageFailed, folder.string() + " cannot be made private to its owner");
    StudyStore out;
    out.m_folder = std::move(folder);
    out.m_study = study;
    out.m_checkpointKey = std::move(checkpointKey);
    out.m_modelKey = std::move(modelKey);
    out.m_random = std::move(random);
    return out;
}

Result<fs::path> StudyStore::newPath(const char* kind) const
{
    TRY_ASSIGN(name, randomFixed<8>(m_random));
    return m_folder / (std::string(kind) + "-" + toHex(name));
}

Result<std::shared_ptr<IncomingUpdate>> StudyStore::incoming(UpdateDeclaration declared) const
{
    TRY_ASSIGN(path, newPath("update"));
    return IncomingUpdate::create(std::move(path), m_checkpointKey.expose(), std::move(declared), m_random);
}

Result<ModelWriter> StudyStore::modelWriter(const learning::ModelManifest& manifest) const
{
    TRY_ASSIGN(path, newPath("model"));
    return ModelWriter::create(std::move(path), m_modelKey.expose(), m_study, manifest, m_random);
}

void StudyStore::wipe()
{
    m_checkpointKey.wipe();
    m_modelKey.wipe();
    std::error_code ignored;
    fs::remove_all(m_folder, ignored);
}

}  // namespace quorate::services
