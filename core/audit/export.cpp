// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/export.h"

#include <algorithm>
#include <ostream>

#include "core/audit/export_lines.h"

namespace quorate::audit {
namespace {

/// So many leaves are written between two looks at the kept checkpoints.
constexpr std::uint64_t kChunk = 1024;

class Writer {
public:
    Writer(const LogStore& store, std::ostream& out) : m_store(store), m_out(out) {}

    template <typename Line>
    Result<void> line(const Line& value)
    {
        m_out << lines::write(value) << '\n';
        if (!m_out) return fail(ErrorKind::StorageFailed, "audit export cannot be written");
        return {};
    }

    Result<void> parties(const ExportParties& parties)
    {
        if (parties.rosters.size() > kMaxExportRosters || parties.keys.size() > kMaxExportKeys) {
            return fail(ErrorKind::Malformed, "export has more rosters or keys than a reader takes");
        }
        if (!parties.rootSpki.empty()) TRY(line(lines::Root{parties.rootSpki}));
        for (const dsse::Envelope& roster : parties.rosters) TRY(line(lines::Roster{roster}));
        for (const NoteKey& key : parties.keys) TRY(line(lines::Key{key}));
        return {};
    }

    Result<void> chunk(std::uint64_t begin, std::uint64_t end)
    {
        std::vector<SignedCheckpoint> checkpoints;
        TRY(m_store.checkpoints(begin + 1, end, [&](const std::string& note) -> Result<void> {
            TRY_ASSIGN(checkpoint, parseCheckpoint(note));
            checkpoints.push_back(std::move(checkpoint));
            return {};
        }));
        auto next = checkpoints.begin();
        return m_store.leaves(begin, end, [&](const StoredLeaf& leaf) -> Result<void> {
            TRY(line(leaf));
            for (; next != checkpoints.end() && next->head.size == leaf.index + 1; ++next) {
                TRY(line(*next));
                ++m_checkpoints;
            }
            return {};
        });
    }

    [[nodiscard]] std::uint64_t checkpoints() const { return m_checkpoints; }

private:
    const LogStore& m_store;
    std::ostream& m_out;
    std::uint64_t m_checkpoints = 0;
};

}  // namespace

Result<void> writeExport(const LogStore& store, const std::string& origin, const ExportParties& parties, std::ostream& out)
{
    TRY_ASSIGN(treeBytes, store.tree());
    CompactTree tree;
    if (!treeBytes.empty()) {
        TRY_ASSIGN(stored, CompactTree::parse(treeBytes));
        tree = std::move(stored);
    }
    Writer writer(store, out);
    TRY(writer.line(lines::Header{origin}));
    TRY(writer.parties(parties));
    for (std::uint64_t begin = 0; begin < tree.size(); begin += kChunk) {
        TRY(writer.chunk(begin, std::min(begin + kChunk, tree.size())));
    }
    TRY(writer.line(lines::End{tree.size(), writer.checkpoints()}));
    out.flush();
    if (!out) return fail(ErrorKind::StorageFailed, "audit export cannot be written");
    return {};
}

}  // namespace quorate::audit
