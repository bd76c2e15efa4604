// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/server_state.h"
#include "services/aggregation/store/journal.h"
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
    /// What an earlier process kept; nothing when none did. Untrusted when it was changed, or sealed under another key.
    [[nodiscard]] Result<std::optional<KeptState>> restore() const;
    [[nodiscard]] Result<std::shared_ptr<const ModelFile>> reopen(const KeptModel& model) const;
    [[nodiscard]] Result<std::shared_ptr<const SpooledUpdate>> reopen(const KeptUpdate& update, std::uint32_t round) const;
    /// Into a sealed file of its own; the file's name, empty when the rule carries nothing.
    [[nodiscard]] Result<std::string> writeServerState(const learning::ServerState& state) const;
    [[nodiscard]] Result<learning::ServerState> readServerState(const std::string& file, study::AggregationRule rule, std::uint64_t values) const;
    /// Removes a file that the kept state names no more; nothing for an empty name.
    void discard(const std::string& file) const;
    /// From now on keep() writes behind `state`. Files that it does not name are removed.
    Result<void> begin(const KeptState& state);
    /// The change is kept when it returns, whatever becomes of this process. Thread-safe.
    Result<void> keep(const KeptState& change);
    /// And whatever becomes of this machine.
    Result<void> flush();
    /// For sealing to sites.
    [[nodiscard]] BytesView exposeModelKey() const { return m_modelKey.expose(); }
    /// The keys are gone, and with them everything that was sealed under them.
    void wipe();

private:
    StudyStore() = default;
    [[nodiscard]] Result<std::filesystem::path> newPath(const char* kind) const;

    std::filesystem::path m_folder;
    Uuid m_study;
    SecretBytes m_checkpointKey;
    SecretBytes m_modelKey;
    RandomSource m_random;
    std::unique_ptr<std::mutex> m_mutex = std::make_unique<std::mutex>();
    std::optional<Journal> m_journal;
};

}  // namespace quorate::services
