// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <set>
#include <unordered_map>

#include "core/audit/log.h"
#include "core/vault/damage.h"
#include "core/vault/projections.h"

namespace quorate::vault {

/// Names every row that is not what the log says last about it. First all entries, then all rows, wherever they are read
/// from. Keeps the name of each row.
class RowComparison {
public:
    /// Whether an entry should be there and could not be read: nothing is said about a row that it wrote.
    using IsLost = std::function<bool(std::int64_t entry)>;
    explicit RowComparison(IsLost isLost = {}) : m_isLost(std::move(isLost)) {}

    /// In any order. One whose bytes are no entry is a finding.
    void takeEntry(const audit::StoredLeaf& leaf);
    /// The row that a statement of selectRows stands on. A second time from the same end it is a finding.
    void takeRow(const Projection& projection, const Statement& row, End from = End::First);
    /// After the rows: each that was taken must be among the keys that the index leads to.
    void takeIndex(const ProjectionIndex& index, const std::set<std::string>& keys);
    /// Everything found, then the rows that nobody took.
    std::vector<Damage> finish();

private:
    struct Vouched {
        std::uint64_t entry = 0;
        Digest32 digest;                ///< Zero: the row was removed.
        std::optional<End> takenFrom{};
    };

    IsLost m_isLost;
    std::unordered_map<std::string, Vouched> m_rows;  // By table, NUL, key.
    std::vector<Damage> m_found;
};

/// Collateral is kept under its digest, and evidence names the digests: nothing else is needed to check it. First all links,
/// then all contents.
class CollateralComparison {
public:
    /// As SQL, in the order of the table.
    static std::string sqlOfLinks(End end);
    static std::string sqlOfContents(End end);

    void takeLink(const Statement& row);
    void takeContent(const Statement& row);
    std::vector<Damage> finish();

private:
    struct Named {
        std::optional<std::uint64_t> first;  ///< Of the entries that wrote evidence which names it.
        std::optional<std::uint64_t> last;   ///< Where there are several.
        bool isTaken = false;
    };

    void addFinding(const std::string& digits, const Named& named, Damage::Kind kind);

    std::map<std::string, Named> m_named;  // By the digest's digits.
    std::vector<Damage> m_found;
};

}  // namespace quorate::vault
