// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/store/study_store.h"

#include "core/base/byte_reader.h"

namespace quorate::services {

namespace fs = std::filesystem;

namespace {

constexpr const char* kUpdate = "update-";
constexpr const char* kModel = "model-";
constexpr const char* kServerState = "state-";

bool isSealedFile(const std::string& name)
{
    return name.starts_with(kUpdate) || name.starts_with(kModel) || name.starts_with(kServerState);
}

/// The file's name is in it: an older state cannot be put in its place.
Bytes serverStateLabel(const Uuid& study, const std::string& file)
{
    return ByteWriter().text("quorate/v1/server-state").lengthPrefixed(study.view()).lengthPrefixed(asBytes(file)).take();
}

}  // namespace

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
    return m_folder / (kind + toHex(name));
}

Result<std::shared_ptr<IncomingUpdate>> StudyStore::incoming(UpdateDeclaration declared) const
{
    TRY_ASSIGN(path, newPath(kUpdate));
    return IncomingUpdate::create(std::move(path), m_checkpointKey.expose(), std::move(declared), m_random);
}

Result<ModelWriter> StudyStore::modelWriter(const learning::ModelManifest& manifest) const
{
    TRY_ASSIGN(path, newPath(kModel));
    return ModelWriter::create(std::move(path), m_modelKey.expose(), m_study, manifest, m_random);
}

Result<std::optional<KeptState>> StudyStore::restore() const
{
    const std::uint64_t newest = Journal::newest(m_folder);
    if (newest == 0) return std::optional<KeptState>();
    TRY_ASSIGN(state, Journal::read(m_folder, newest, m_checkpointKey.expose(), m_study));
    return std::optional<KeptState>(std::move(state));
}

Result<std::shared_ptr<const ModelFile>> StudyStore::reopen(const KeptModel& model) const
{
    return ModelFile::reopen(m_folder / model.file, m_modelKey.expose(), m_study, model.digest);
}

Result<std::shared_ptr<const SpooledUpdate>> StudyStore::reopen(const KeptUpdate& update, std::uint32_t round) const
{
    UpdateDeclaration declared{m_study, update.site, round, update.digest, {}, update.valueBytes};
    return SpooledUpdate::reopen(m_folder / update.file, m_checkpointKey.expose(), declared);
}

Result<std::string> StudyStore::writeServerState(const learning::ServerState& state) const
{
    if (state.momentum.empty() && state.secondMoment.empty() && state.control.empty()) return std::string();
    TRY_ASSIGN(path, newPath(kServerState));
    const std::string name = path.filename().string();
    TRY_ASSIGN(file, SealedFile::create(path, m_checkpointKey.expose(), serverStateLabel(m_study, name), m_random));
    TRY(file.append(learning::encodeServerState(state)));
    return name;
}

Result<learning::ServerState> StudyStore::readServerState(const std::string& file, study::AggregationRule rule, std::uint64_t values) const
{
    TRY_ASSIGN(sealed, SealedFile::openToRead(m_folder / file, m_checkpointKey.expose(), serverStateLabel(m_study, file)));
    Bytes content(static_cast<std::size_t>(sealed.plainBytes()));
    TRY(sealed.read(0, content));
    return learning::decodeServerState(content, rule, values);
}

void StudyStore::discard(const std::string& file) const
{
    std::error_code ignored;
    if (!file.empty()) fs::remove(m_folder / file, ignored);
}

Result<void> StudyStore::begin(const KeptState& state)
{
    const std::lock_guard lock(*m_mutex);
    TRY_ASSIGN(journal, Journal::begin(m_folder, Journal::newest(m_folder) + 1, m_checkpointKey.expose(), m_study, state, m_random));
    m_journal.emplace(std::move(journal));
    std::set<std::string> named;
    if (state.model) named.insert(state.model->file);
    named.insert(state.serverStateFile);
    for (const auto& update : state.updates) named.insert(update.file);
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(m_folder, error)) {
        const std::string name = entry.path().filename().string();
        std::error_code ignored;
        if (isSealedFile(name) && !named.contains(name)) fs::remove(entry.path(), ignored);
    }
    return {};
}

Result<void> StudyStore::keep(const KeptState& change)
{
    const std::lock_guard lock(*m_mutex);
    if (!m_journal) return fail(ErrorKind::Internal, "the study's journal has not begun");
    return m_journal->append(change);
}

Result<void> StudyStore::flush()
{
    const std::lock_guard lock(*m_mutex);
    return m_journal ? m_journal->flush() : Result<void>();
}

void StudyStore::wipe()
{
    m_journal.reset();
    m_checkpointKey.wipe();
    m_modelKey.wipe();
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(m_folder, error)) {
        const std::string name = entry.path().filename().string();
        std::error_code ignored;
        if (isSealedFile(name) || name.starts_with(Journal::kPrefix)) fs::remove(entry.path(), ignored);
    }
}

}  // namespace quorate::services
