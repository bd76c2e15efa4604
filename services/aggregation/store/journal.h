// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/crypto/sealed_records.h"
#include "services/aggregation/store/block_file.h"
#include "services/aggregation/store/kept_state.h"

namespace quorate::services {

/// The changes of a study's kept state, one sealed record after another (docs/formats/service-state.md). A change counts from
/// the moment append() returns, also when the process is killed then; a record that was cut off counts for nothing. Each
/// process writes a journal of its own, which begins with all that was before.
class Journal {
public:
    static constexpr std::string_view kPrefix = "journal-";  ///< Of the files' names.
    /// Number of the newest journal in the folder; 0 when there is none.
    static std::uint64_t newest(const std::filesystem::path& folder);
    /// How many events the newest journal holds. Needs no key, and proves nothing: read() does.
    static std::uint64_t eventsIn(const std::filesystem::path& folder);
    /// All of journal `number`. Untrusted when it does not open or its clear numbers are not those of its content.
    static Result<KeptState> read(const std::filesystem::path& folder, std::uint64_t number, BytesView key, const Uuid& study);
    /// Journal `number` with `before` in it, on the disk; the earlier ones are removed.
    static Result<Journal> begin(const std::filesystem::path& folder, std::uint64_t number, BytesView key, const Uuid& study,
                                 const KeptState& before, const RandomSource& random);

    Result<void> append(const KeptState& change);
    /// Everything appended is on the disk when it returns: it outlives the machine too.
    Result<void> flush() { return m_file.flush(); }

private:
    Journal(BlockFile file, SealedRecords records) : m_file(std::move(file)), m_records(std::move(records)) {}

    BlockFile m_file;
    SealedRecords m_records;
    std::uint64_t m_offset = SealedRecords::kHeaderBytes;
    std::uint64_t m_number = 0;
    std::uint64_t m_events = 0;
    bool m_broken = false;
};

}  // namespace quorate::services
