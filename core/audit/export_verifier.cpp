// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <istream>

#include "core/audit/export_lines.h"
#include "core/audit/export_signers.h"

namespace quorate::audit {
namespace {

using Kind = LogFault::Kind;

template <typename... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

/// The state between two lines of an export.
class Verifier {
public:
    Verifier(const ExportTrust& trust, const std::function<void(const Entry&)>& each)
        : m_trust(trust), m_each(each), m_signers({}, trust), m_kept(trust.checkpoints)
    {
        std::sort(m_kept.begin(), m_kept.end(),
                  [](const SignedCheckpoint& a, const SignedCheckpoint& b) { return a.head.size < b.head.size; });
    }

    ExportReport run(std::istream& in)
    {
        lines::Reader reader(in);
        while (!m_report.fault) {
            const auto text = reader.next();
            m_line = reader.number();
            if (!text) {
                ++m_line;
                fault(Kind::Unreadable, size(), size(), text.error().message);
            } else if (!*text) {
                if (!m_isEnded) fault(Kind::Missing, size(), size(), "export ends without its last line");
                break;
            } else {
                line(**text);
            }
        }
        if (!m_report.fault) finish();
        m_report.signers = m_signers.used();
        return m_report;
    }

private:
    [[nodiscard]] std::uint64_t size() const { return m_report.tree.size(); }
    [[nodiscard]] std::uint64_t lastRead() const { return size() == 0 ? 0 : size() - 1; }

    void fault(Kind kind, std::uint64_t first, std::uint64_t last, const std::string& detail)
    {
        m_report.fault = LogFault{kind, first, std::max(first, last), "line " + std::to_string(m_line) + ": " + detail};
    }
    /// Of everything since the last signature that held.
    void faultSinceCovered(Kind kind, const std::string& detail) { fault(kind, std::min(m_report.coveredUntil, lastRead()), lastRead(), detail); }

    void line(std::string_view text)
    {
        if (m_isEnded) return fault(Kind::Unreadable, size(), size(), "there is more after the last line");
        auto parsed = lines::parse(text);
        if (!parsed) return fault(Kind::Unreadable, size(), size(), parsed.error().message);
        const bool isHeader = std::holds_alternative<lines::Header>(*parsed);
        if (isHeader != (m_line == 1)) return fault(Kind::Unreadable, size(), size(), "header is not the first line");
        std::visit(Overloaded{[&](const lines::Header& header) { take(header); },
                              [&](const StoredLeaf& leaf) { take(leaf); },
                              [&](const SignedCheckpoint& checkpoint) { take(checkpoint); },
                              [&](const lines::End& end) { take(end); },
                              [&](const auto& party) { takeParty(party); }},
                   *parsed);
    }

    void take(const lines::Header& header)
    {
        m_report.origin = header.origin;
        m_signers = ExportSigners(header.origin, m_trust);
    }

    template <typename Party>
    void takeParty(const Party& party)
    {
        if (size() != 0) return fault(Kind::Unreadable, size(), size(), "signers are named after the first entry");
        if (++m_parties > 1 + kMaxExportRosters + kMaxExportKeys) {
            return fault(Kind::Unreadable, 0, 0, "export names more signers than it may");
        }
        const auto added = add(party);
        if (!added) fault(Kind::BadSignature, 0, 0, added.error().message);
    }
    Result<void> add(const lines::Root& root)
    {
        TRY(m_signers.addRoot(root.spki));
        m_report.rootKey = PublicKey::fromSpki(root.spki)->spkiSha256();
        m_report.isRootPinned = m_trust.rootKey.has_value();
        return {};
    }
    Result<void> add(const lines::Roster& roster) { return m_signers.addRoster(roster.envelope); }
    Result<void> add(const lines::Key& key) { return m_signers.addKey(key.key); }

    void take(const StoredLeaf& stored)
    {
        const std::uint64_t want = size();
        const std::string places = "entry " + std::to_string(stored.index) + " stands where " + std::to_string(want) + " should";
        if (stored.index > want) return fault(Kind::Missing, want, stored.index - 1, places);
        if (stored.index < want) return fault(Kind::OutOfPlace, want, want, places);
        const Digest32 hash = leafHash(stored.leaf);
        if (hash != stored.hash) return fault(Kind::Edited, want, want, "entry does not match the hash beside it");
        const auto entry = decodeEntry(stored.leaf);
        if (!entry) return fault(Kind::Unreadable, want, want, entry.error().message);
        if (entry->index != want) {
            return fault(Kind::OutOfPlace, want, want, "entry says that it is number " + std::to_string(entry->index));
        }
        m_report.tree.append(hash);
        if (m_each) m_each(*entry);
        compareKept();
    }

    void take(const SignedCheckpoint& checkpoint)
    {
        const Checkpoint& head = checkpoint.head;
        const std::string says = "checkpoint of " + std::to_string(head.size) + " entries ";
        if (head.origin != m_report.origin) return faultSinceCovered(Kind::OtherLog, "checkpoint is of " + head.origin);
        if (head.size > size()) return fault(Kind::Missing, size(), head.size - 1, says + "stands after " + std::to_string(size()));
        if (head.size < size()) return fault(Kind::OutOfPlace, head.size, lastRead(), says + "stands after " + std::to_string(size()));
        if (m_report.checkpoints > 0 && head.size == m_report.coveredUntil) {
            return fault(Kind::OutOfPlace, lastRead(), lastRead(), says + "stands there twice");
        }
        if (head.root != m_report.tree.root()) return faultSinceCovered(Kind::HeadMismatch, says + "has another root");
        const auto judged = m_signers.judge(checkpoint);
        if (!judged) return faultSinceCovered(Kind::BadSignature, judged.error().message);
        m_report.coveredUntil = head.size;
        ++m_report.checkpoints;
    }

    void take(const lines::End& end)
    {
        m_isEnded = true;
        if (end.entries > size()) return fault(Kind::Missing, size(), end.entries - 1, "export says it has more entries");
        if (end.entries < size()) return fault(Kind::OutOfPlace, end.entries, lastRead(), "export says it has fewer entries");
        if (end.checkpoints != m_report.checkpoints) {
            faultSinceCovered(Kind::Missing, "export has " + std::to_string(m_report.checkpoints) + " checkpoints and says " +
                                                 std::to_string(end.checkpoints));
        }
    }

    /// What the auditor kept from earlier, when the entries have reached its size.
    void compareKept()
    {
        for (; m_nextKept < m_kept.size() && m_kept[m_nextKept].head.size <= size(); ++m_nextKept) {
            const SignedCheckpoint& kept = m_kept[m_nextKept];
            const std::string says = "the checkpoint of " + std::to_string(kept.head.size) + " entries given beside the export ";
            if (kept.head.origin != m_report.origin) return faultSinceCovered(Kind::OtherLog, says + "is of " + kept.head.origin);
            const auto owned = m_signers.judgeOwner(kept);
            if (!owned) return faultSinceCovered(Kind::BadSignature, says + "is not signed by the log's owner");
            if (kept.head.size == size() && kept.head.root != m_report.tree.root()) {
                return fault(Kind::HeadMismatch, m_keptUntil, lastRead(), says + "has another root: this is another history");
            }
            m_keptUntil = kept.head.size;
        }
    }

    void finish()
    {
        compareKept();
        if (m_report.fault) return;
        if (m_nextKept < m_kept.size()) {
            const SignedCheckpoint& kept = m_kept[m_nextKept];
            const auto owned = m_signers.judgeOwner(kept);
            if (kept.head.origin != m_report.origin || !owned) {
                return fault(Kind::OtherLog, size(), size(), "a checkpoint given beside the export is not of this log and its owner");
            }
            return fault(Kind::Missing, size(), kept.head.size - 1,
                         "the checkpoint given beside the export covers " + std::to_string(kept.head.size) + " entries");
        }
        if (m_report.coveredUntil < size()) {
            fault(Kind::Uncovered, m_report.coveredUntil, lastRead(), "no checkpoint covers the last entries");
        } else if (m_trust.rootKey && !m_report.isRootPinned) {
            fault(Kind::BadSignature, 0, lastRead(), "export names no root, want " + toHex(*m_trust.rootKey));
        }
    }

    const ExportTrust& m_trust;
    const std::function<void(const Entry&)>& m_each;
    ExportReport m_report;
    ExportSigners m_signers;
    std::vector<SignedCheckpoint> m_kept;  // Smallest first.
    std::size_t m_nextKept = 0;
    std::uint64_t m_keptUntil = 0;
    std::uint64_t m_line = 0;
    std::size_t m_parties = 0;
    bool m_isEnded = false;
};

}  // namespace

ExportReport verifyExport(std::istream& in, const ExportTrust& trust, const std::function<void(const Entry&)>& each)
{
    return Verifier(trust, each).run(in);
}

}  // namespace quorate::audit
