// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audit/log.h"
#include "core/audit/record_reader.h"
#include "core/vault/projections.h"

namespace quorate::vault {

/// Whether all rows and the log agree, and nothing of where they do not: one pass over the tables, then one over the log.
/// Keeps 32 bytes an entry, and names only of rows that were replaced later.
class RowCheck {
public:
    /// First: reads every row of the tables that the log vouches for.
    Result<void> readRows(const Database& database);
    /// Then: each leaf in the order of the log.
    void take(const audit::StoredLeaf& leaf);
    /// After the last leaf: each entry's row is there as written or was written anew later, and there are no others.
    [[nodiscard]] bool holds() const { return m_holds && m_pending.empty() && m_matched == m_rows; }

private:
    void keepRow(std::int64_t entry, const audit::RecordReference& record);
    Digest32 commitmentTo(const audit::RecordReference& record);

    std::vector<Digest32> m_rowOf;     // By entry, what commitmentTo gives for its row; zero where there is none.
    std::uint64_t m_most = 0;          // So many entries can the file hold.
    std::uint64_t m_rows = 0;
    std::uint64_t m_matched = 0;
    bool m_holds = true;
    /// What names rows whose entry was not found on any row: a later entry must have written them again.
    std::map<std::pair<std::string, std::string>, std::uint64_t> m_pending;
    audit::RecordReader m_reader;
    Bytes m_scratch;
};

}  // namespace quorate::vault
