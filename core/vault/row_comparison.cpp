// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/row_comparison.h"

#include <algorithm>

#include "core/crypto/digest.h"

namespace quorate::vault {
namespace {

/// SQLite's code for a value that is none.
constexpr std::uint8_t kNull = 5;

std::string rowName(const std::string& table, const std::string& key) { return table + '\0' + key; }

}  // namespace

void RowComparison::takeEntry(const audit::StoredLeaf& leaf)
{
    const auto entry = audit::decodeEntry(leaf.leaf);
    if (!entry) {
        m_found.push_back({"log", {}, leaf.index, {}, Damage::Kind::Unreadable});
        return;
    }
    if (!entry->record) return;
    const Vouched vouched{entry->index, entry->record->digest};
    const auto [row, isNew] = m_rows.try_emplace(rowName(entry->record->table, entry->record->key), vouched);
    if (!isNew && entry->index >= row->second.entry) row->second = vouched;
}

void RowComparison::takeRow(const Projection& projection, const Statement& row, End from)
{
    const auto entry = row.integer(0);
    const audit::RecordReference record = recordOf(projection, row);
    const auto found = m_rows.find(rowName(record.table, record.key));
    const bool isVouched = found != m_rows.end() && !found->second.digest.isZero();
    if (isVouched && found->second.takenFrom) {
        if (found->second.takenFrom == from) m_found.push_back({record.table, record.key, found->second.entry, {}, Damage::Kind::Moved});
        return;
    }
    if (isVouched) found->second.takenFrom = from;
    if (m_isLost && m_isLost(entry)) return;
    if (!isVouched) {
        m_found.push_back({record.table, record.key, {}, {}, Damage::Kind::Extra});
        return;
    }
    const std::uint64_t index = found->second.entry;
    if (record.digest != found->second.digest) m_found.push_back({record.table, record.key, index, {}, Damage::Kind::Edited});
    else if (entry != static_cast<std::int64_t>(index)) m_found.push_back({record.table, record.key, index, {}, Damage::Kind::Moved});
}

void RowComparison::takeIndex(const ProjectionIndex& index, const std::set<std::string>& keys)
{
    const std::string ofTable = rowName(index.of->table, {});
    for (const auto& [name, vouched] : m_rows) {
        if (!vouched.takenFrom || !name.starts_with(ofTable)) continue;
        std::string key = name.substr(ofTable.size());
        if (!keys.contains(key)) m_found.push_back({index.name, std::move(key), vouched.entry, {}, Damage::Kind::Missing});
    }
}

std::vector<Damage> RowComparison::finish()
{
    for (const auto& [name, vouched] : m_rows) {
        if (vouched.takenFrom || vouched.digest.isZero()) continue;
        const auto end = name.find('\0');
        m_found.push_back({name.substr(0, end), name.substr(end + 1), vouched.entry, {}, Damage::Kind::Missing});
    }
    return std::move(m_found);
}

std::string CollateralComparison::sqlOfLinks(End end)
{
    return "SELECT hex(digest), evidence || '/' || name, (SELECT entry FROM evidence WHERE id = evidence_collateral.evidence) "
           "FROM evidence_collateral ORDER BY " + orderFrom(end, "evidence, name");
}

std::string CollateralComparison::sqlOfContents(End end)
{
    return "SELECT hex(digest), digest, content FROM collateral ORDER BY " + orderFrom(end, "digest");
}

void CollateralComparison::takeLink(const Statement& row)
{
    Named& named = m_named[row.text(0)];
    if (row.typeOf(2) == kNull) {
        m_found.push_back({"evidence_collateral", row.text(1), {}, {}, Damage::Kind::Extra});
        return;
    }
    const auto entry = static_cast<std::uint64_t>(row.integer(2));
    if (!named.first) {
        named.first = entry;
    } else if (entry != *named.first) {
        named.last = std::max({entry, *named.first, named.last.value_or(0)});
        named.first = std::min(entry, *named.first);
    }
}

void CollateralComparison::addFinding(const std::string& digits, const Named& named, Damage::Kind kind)
{
    m_found.push_back({"collateral", digits, named.first, named.last, kind});
}

void CollateralComparison::takeContent(const Statement& row)
{
    const std::string digits = row.text(0);
    const auto named = m_named.find(digits);
    if (named == m_named.end()) {
        addFinding(digits, {}, Damage::Kind::Extra);
        return;
    }
    named->second.isTaken = true;
    const BytesView kept = row.blob(1);
    const Digest32 digest = sha256(row.blob(2));
    if (!std::equal(kept.begin(), kept.end(), digest.bytes.begin(), digest.bytes.end())) {
        addFinding(digits, named->second, Damage::Kind::Edited);
    }
}

std::vector<Damage> CollateralComparison::finish()
{
    for (const auto& [digits, named] : m_named) {
        if (!named.isTaken) addFinding(digits, named, Damage::Kind::Missing);
    }
    return std::move(m_found);
}

}  // namespace quorate::vault
