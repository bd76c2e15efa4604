// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audit/export.h"

namespace quorate::audit {

/// Whose signatures a log's checkpoints may carry, and what each has signed so far: for the export's verifier, and for whoever
/// keeps the log itself.
class ExportSigners {
public:
    ExportSigners(std::string origin, const ExportTrust& trust) : m_origin(std::move(origin)), m_trust(&trust) {}

    /// Untrusted when it is not the root that the auditor pinned.
    Result<void> addRoot(BytesView spki);
    /// Untrusted unless the root signed it and its version is above the former one's.
    Result<void> addRoster(const dsse::Envelope& envelope);
    Result<void> addKey(const NoteKey& key);

    /// Untrusted unless the owner signed it and every line is of a signer named here and verifies.
    Result<void> judge(const SignedCheckpoint& checkpoint);
    /// Untrusted unless a signer that may be the owner signed it; other lines are passed over.
    [[nodiscard]] Result<void> judgeOwner(const SignedCheckpoint& checkpoint) const;

    /// Those who have signed something.
    [[nodiscard]] std::vector<ExportSigner> used() const;

private:
    struct Candidate {
        NoteKey key;
        Uuid member;  ///< Zero for a key outside the rosters.
        ExportSigner report;
    };
    void add(const NoteKey& key, const Uuid& member, const std::string& person);
    /// A key of this log. Whoever says whom to believe believes nobody else.
    [[nodiscard]] bool mayOwn(const Candidate& candidate) const;
    /// Counts the line for the candidate whose it is.
    Result<void> judgeLine(const SignedCheckpoint& checkpoint, const NoteSignature& line);

    std::string m_origin;
    const ExportTrust* m_trust;
    std::optional<PublicKey> m_root;
    std::uint32_t m_rosterVersion = 0;
    std::vector<Candidate> m_candidates;
    std::optional<Uuid> m_owner;  ///< Who signed as the owner so far: keys may change, the person may not.
};

}  // namespace quorate::audit
