// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/row_check.h"

#include "core/crypto/digest.h"

namespace quorate::vault {

Digest32 RowCheck::commitmentTo(const audit::RecordReference& record)
{
    m_scratch.clear();
    // A table's name has no NUL and a digest is 32 bytes, so that what lies between can only be the key.
    m_scratch.insert(m_scratch.end(), record.table.begin(), record.table.end());
    m_scratch.push_back(0);
    m_scratch.insert(m_scratch.end(), record.key.begin(), record.key.end());
    m_scratch.insert(m_scratch.end(), record.digest.bytes.begin(), record.digest.bytes.end());
    return sha256(m_scratch);
}

void RowCheck::keepRow(std::int64_t entry, const audit::RecordReference& record)
{
    ++m_rows;
    // The number comes from the file: it must not decide how much memory is taken.
    if (entry < 0 || static_cast<std::uint64_t>(entry) >= m_most) {
        m_holds = false;
        return;
    }
    const auto at = static_cast<std::size_t>(entry);
    if (at >= m_rowOf.size()) m_rowOf.resize(std::max(at + 1, std::min<std::size_t>(m_rowOf.size() * 2, m_most)));
    m_holds = m_holds && m_rowOf[at].isZero();
    m_rowOf[at] = commitmentTo(record);
}

Result<void> RowCheck::readRows(const Database& database)
{
    TRY_ASSIGN(pages, database.integer("PRAGMA page_count"));
    TRY_ASSIGN(pageSize, database.integer("PRAGMA page_size"));
    m_most = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(pageSize) / Digest32::kSize;
    for (const Projection* projection : projections::all()) {
        TRY_ASSIGN(row, selectRows(database, *projection));
        while (true) {
            TRY_ASSIGN(hasRow, row.step());
            if (!hasRow) break;
            keepRow(row.integer(0), recordOf(*projection, row));
        }
    }
    return {};
}

void RowCheck::take(const audit::StoredLeaf& leaf)
{
    if (!m_holds) return;
    const auto read = m_reader.read(leaf.leaf);
    // No entry of this build removes a row; one that says so is looked at by name.
    if (!read || (*read != nullptr && (*read)->digest.isZero())) {
        m_holds = false;
        return;
    }
    if (*read == nullptr) return;
    const audit::RecordReference& record = **read;
    if (!m_pending.empty()) m_pending.erase({record.table, record.key});
    if (leaf.index < m_rowOf.size() && m_rowOf[leaf.index] == commitmentTo(record)) {
        ++m_matched;
    } else {
        m_pending.emplace(std::pair(record.table, record.key), leaf.index);
    }
}

}  // namespace quorate::vault
