// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/locate_damage.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <tuple>

#include "core/audit/merkle.h"
#include "core/vault/row_comparison.h"

namespace quorate::vault {
namespace {

/// So many stretches of entries are named for each table.
constexpr std::size_t kMostStretches = 6;
/// No entry and no row is shorter in the file; what reads as more goes round in circles.
constexpr std::uintmax_t kLeastRowBytes = 16;

/// The damaged file, each time looked into anew.
class Remains {
public:
    Remains(const std::filesystem::path& file, const SecretBytes& key, unsigned generation)
        : m_file(file), m_key(key), m_generation(generation)
    {
    }

    /// Malformed when nothing can be read.
    Result<void> measure()
    {
        TRY_ASSIGN(database, look());
        TRY_ASSIGN(pages, database.integer("PRAGMA page_count"));
        TRY_ASSIGN(pageBytes, database.integer("PRAGMA page_size"));
        std::error_code unknown;
        const auto size = std::filesystem::file_size(m_file, unknown);
        if (unknown) return fail(ErrorKind::StorageFailed, "the size of the vault file cannot be read");
        m_mostRows = size / kLeastRowBytes;
        m_isShort = static_cast<std::uintmax_t>(pages) > size / static_cast<std::uintmax_t>(pageBytes);
        return {};
    }

    /// More rows than this are in no table.
    [[nodiscard]] std::uintmax_t mostRows() const { return m_mostRows; }

    /// Hands over the rows that `sqlFrom` gives from the first, and where that fails from the last too. Whether something of
    /// them cannot be read.
    using SqlFrom = std::function<std::string(End)>;
    using Take = std::function<void(const Statement& row, End from)>;
    [[nodiscard]] Result<bool> read(const SqlFrom& sqlFrom, const Take& take) const
    {
        for (const End from : {End::First, End::Last}) {
            TRY_ASSIGN(database, look());
            // What a short file lacks may read as zeros, without an error.
            if (readUntilItFails(database, sqlFrom(from), from, take)) return from == End::Last || m_isShort;
        }
        return true;
    }

private:
    [[nodiscard]] Result<Database> look() const { return Database::lookInto(m_file, m_key, m_generation); }

    Result<void> readUntilItFails(const Database& database, const std::string& sql, End from, const Take& take) const
    {
        TRY_ASSIGN(row, database.prepare(sql.c_str()));
        for (std::uintmax_t rows = 0; rows < m_mostRows; ++rows) {
            TRY_ASSIGN(hasRow, row.step());
            // SQLCipher 3 hands a bad page over as zeros and fails at the next one.
            if (!hasRow) return probe(database);
            take(row, from);
        }
        return fail(ErrorKind::Malformed, "vault file holds more rows than it has room for");
    }

    static Result<void> probe(const Database& database)
    {
        TRY(database.integer("SELECT count(*) FROM sqlite_master"));
        return {};
    }

    const std::filesystem::path& m_file;
    const SecretBytes& m_key;
    unsigned m_generation;
    std::uintmax_t m_mostRows = 0;
    bool m_isShort = false;
};

/// Collects what is found, table by table.
class Search {
public:
    explicit Search(const Remains& remains) : m_remains(remains) {}

    Result<std::vector<Damage>> run()
    {
        TRY(readHead());
        TRY(readLog());
        TRY(readCheckpoints());
        TRY(readRows());
        TRY(readCollateral());
        return inOrder();
    }

private:
    Result<void> readHead()
    {
        TRY(m_remains.read([](End) { return "SELECT tree FROM log_head WHERE id = 0"; },
                           [&](const Statement& row, End) {
                               const auto tree = audit::CompactTree::parse(row.blob(0));
                               if (!tree) return;
                               m_isEndKnown = true;
                               m_size = tree->size();
                           }));
        if (!m_isEndKnown) m_found.push_back({"log_head", {}, {}, {}, Damage::Kind::Unreadable});
        return {};
    }

    Result<void> readLog()
    {
        audit::StoredLeaf leaf;
        TRY_ASSIGN(fails, m_remains.read(
                              [](End from) { return "SELECT entry, hash, leaf FROM log ORDER BY " + orderFrom(from, "entry"); },
                              [&](const Statement& row, End from) {
                                  const auto index = static_cast<std::uint64_t>(row.integer(0));
                                  if (index >= m_remains.mostRows()) return;
                                  m_size = std::max(m_size, index + 1);
                                  const BytesView bytes = row.blob(2);
                                  leaf = {index, row.fixed<32>(1).value_or(Digest32{}), Bytes(bytes.begin(), bytes.end())};
                                  takeLeaf(leaf, from);
                              }));
        if (fails && !m_isEndKnown) TRY(readNumbersInRows());
        if (m_size == 0) return fail(ErrorKind::Malformed, "nothing of its log can be read");
        const auto kind = fails ? Damage::Kind::Unreadable : Damage::Kind::Missing;
        for (std::uint64_t entry = 0; entry < m_size; ++entry) {
            if (!isLost(static_cast<std::int64_t>(entry))) continue;
            const std::uint64_t first = entry;
            while (entry + 1 < m_leaves.size() && !m_leaves[entry + 1]) ++entry;
            // Behind the last leaf nothing is left to look at.
            if (entry + 1 >= m_leaves.size()) entry = m_size - 1;
            m_found.push_back({"log", {}, first, entry > first ? std::optional(entry) : std::nullopt, kind});
        }
        return {};
    }

    /// One that stands at two places is no loss.
    void takeLeaf(const audit::StoredLeaf& leaf, End from)
    {
        const auto index = audit::indexOf(leaf.leaf);
        if (audit::leafHash(leaf.leaf) != leaf.hash || !index || *index != leaf.index) return;
        m_isEndKnown = m_isEndKnown || from == End::Last;
        if (leaf.index >= m_leaves.size()) m_leaves.resize(leaf.index + 1);
        if (!m_leaves[leaf.index]) m_comparison.takeEntry(leaf);
        m_leaves[leaf.index] = true;
    }

    /// Where neither the log's head nor its last leaf tells how long it is, the rows tell how long it is at least.
    Result<void> readNumbersInRows()
    {
        if (m_size > 0) ++m_size;
        for (const Projection* projection : projections::all()) {
            TRY(m_remains.read([&](End from) { return sqlFrom(from, *projection); },
                               [&](const Statement& row, End) {
                                   const auto entry = static_cast<std::uint64_t>(row.integer(0));
                                   if (entry < m_remains.mostRows()) m_size = std::max(m_size, entry + 1);
                               }));
        }
        return {};
    }

    [[nodiscard]] bool isLost(std::int64_t entry) const
    {
        const auto index = static_cast<std::uint64_t>(entry);
        return index < m_size && (index >= m_leaves.size() || !m_leaves[index]);
    }

    /// Names the entries between the checkpoints that can be read.
    Result<void> readCheckpoints()
    {
        std::uint64_t first = 0;
        std::uint64_t last = m_size;
        TRY_ASSIGN(fails, m_remains.read(
                              [](End from) { return "SELECT size, note FROM log_checkpoints ORDER BY " + orderFrom(from, "size"); },
                              [&](const Statement& row, End from) {
                                  (from == End::First ? first : last) = static_cast<std::uint64_t>(row.integer(0));
                              }));
        if (!fails) return {};
        const auto lastEntry = last > first + 1 ? std::optional(last - 1) : std::nullopt;
        m_found.push_back({"log_checkpoints", {}, first, lastEntry, Damage::Kind::Unreadable});
        return {};
    }

    Result<void> readRows()
    {
        for (const Projection* projection : projections::all()) {
            TRY_ASSIGN(fails, m_remains.read([&](End from) { return sqlFrom(from, *projection); },
                                             [&](const Statement& row, End from) { m_comparison.takeRow(*projection, row, from); }));
            if (fails) m_failed.insert(projection->table);
        }
        for (const ProjectionIndex& index : projections::indices()) {
            std::set<std::string> keys;
            TRY_ASSIGN(fails, m_remains.read([&](End from) { return sqlFrom(from, index); },
                                             [&](const Statement& row, End) { keys.insert(row.text(0)); }));
            if (fails) m_failed.insert(index.name);
            m_comparison.takeIndex(index, keys);
        }
        add(m_comparison.finish());
        return {};
    }

    Result<void> readCollateral()
    {
        CollateralComparison comparison;
        TRY(m_remains.read(CollateralComparison::sqlOfLinks, [&](const Statement& row, End) { comparison.takeLink(row); }));
        TRY_ASSIGN(fails, m_remains.read(CollateralComparison::sqlOfContents,
                                         [&](const Statement& row, End) { comparison.takeContent(row); }));
        if (fails) m_failed.insert("collateral");
        std::vector<Damage> found = comparison.finish();
        // A link or an evidence that cannot be read is named as the evidence it belongs to.
        std::erase_if(found, [](const Damage& item) { return item.kind == Damage::Kind::Extra; });
        add(std::move(found));
        return {};
    }

    void add(std::vector<Damage> found)
    {
        for (Damage& item : found) {
            const bool isLoss = item.kind == Damage::Kind::Missing || item.kind == Damage::Kind::Edited;
            if (isLoss && m_failed.contains(item.table)) item.kind = Damage::Kind::Unreadable;
            m_found.push_back(std::move(item));
        }
    }

    /// The log first, then by table, kind and entry.
    std::vector<Damage> inOrder()
    {
        const auto place = [](const Damage& item) {
            return std::tuple(item.table != "log", std::string_view(item.table), item.kind, item.entryIndex, std::string_view(item.key));
        };
        std::sort(m_found.begin(), m_found.end(), [&](const Damage& a, const Damage& b) { return place(a) < place(b); });
        // An extra row may have been met from both ends.
        m_found.erase(std::unique(m_found.begin(), m_found.end()), m_found.end());
        return std::move(m_found);
    }

    const Remains& m_remains;
    RowComparison m_comparison{[this](std::int64_t entry) { return isLost(entry); }};
    std::vector<bool> m_leaves;  // Whether each could be read.
    std::uint64_t m_size = 0;  // Of the log, as far as anything tells.
    bool m_isEndKnown = false;
    std::set<std::string, std::less<>> m_failed;
    std::vector<Damage> m_found;
};

/// Whether it is about what an entry said or wrote, and not about what was made of it.
bool losesSomething(const Damage& item)
{
    static constexpr std::array kMadeOfEntries{"log_head", "log_checkpoints"};
    const auto isTable = [&](const auto& name) { return item.table == name; };
    const auto indices = projections::indices();
    return std::none_of(kMadeOfEntries.begin(), kMadeOfEntries.end(), isTable) &&
           std::none_of(indices.begin(), indices.end(), [&](const auto& index) { return isTable(index.name); });
}

/// "events: missing, entries 3, 7 to 9 and 4 more": of findings of one table and kind, by entry.
std::string sentencePart(std::span<const Damage> findings)
{
    const Damage& front = findings.front();
    std::size_t named = 1;
    std::string out = toText(front);
    if (findings.size() > 1 && front.entryIndex) {
        out = front.table + ": " + nameOf(front.kind) + ", entries";
        named = 0;
        for (std::size_t stretches = 0; stretches < kMostStretches && named < findings.size(); ++stretches) {
            const std::uint64_t first = *findings[named].entryIndex;
            std::uint64_t last = first;
            for (; named < findings.size() && *findings[named].entryIndex <= last + 1; ++named) {
                last = std::max(last, findings[named].lastIndex.value_or(*findings[named].entryIndex));
            }
            out += (stretches == 0 ? " " : ", ") + std::to_string(first) + (last > first ? " to " + std::to_string(last) : "");
        }
    }
    return named == findings.size() ? out : out + " and " + std::to_string(findings.size() - named) + " more";
}

std::string sentencePartsFor(std::span<const Damage> findings)
{
    std::string out;
    while (!findings.empty()) {
        const auto isOther = [&](const Damage& item) { return item.table != findings.front().table || item.kind != findings.front().kind; };
        const auto end = std::find_if(findings.begin(), findings.end(), isOther);
        const auto group = static_cast<std::size_t>(end - findings.begin());
        out += sentencePart(findings.first(group)) + "; ";
        findings = findings.subspan(group);
    }
    return out;
}

}  // namespace

Result<std::vector<Damage>> locateDamage(const std::filesystem::path& file, const SecretBytes& key, unsigned generation)
{
    Remains remains(file, key, generation);
    TRY(remains.measure());
    return Search(remains).run();
}

Error describeDamage(const Error& found, const Result<std::vector<Damage>>& located)
{
    std::string parts = located ? sentencePartsFor(*located) : located.error().message + "; ";
    if (located && std::none_of(located->begin(), located->end(), losesSomething)) {
        parts += "each entry of its log and each row that they wrote can be read; ";
    }
    return {found.kind, found.message + ": " + parts + std::string(kWantBackup)};
}

}  // namespace quorate::vault
