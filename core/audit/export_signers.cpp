// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/export_signers.h"

#include <algorithm>

#include "core/crypto/digest.h"
#include "core/study/roster.h"

namespace quorate::audit {
namespace {

/// When the line was made, if it says; Untrusted when it does not verify.
Result<std::optional<UtcSeconds>> verifyLine(const SignedNote& note, const NoteSignature& line, const NoteKey& key, bool isOwner)
{
    const SignedNote alone{note.text, {line}};
    if (isOwner) {
        TRY(verifyNote(alone, key));
        return std::optional<UtcSeconds>();
    }
    TRY_ASSIGN(at, verifyCosignature(alone, key));
    return std::optional(at);
}

}  // namespace

void ExportSigners::add(const NoteKey& key, const Uuid& member, const std::string& person)
{
    const bool isKnown = std::any_of(m_candidates.begin(), m_candidates.end(), [&](const Candidate& candidate) {
        return candidate.key.name == key.name && candidate.key.key == key.key;
    });
    if (isKnown) return;
    ExportSigner report;
    report.name = key.name;
    report.spkiSha256 = key.key.spkiSha256();
    report.person = person;
    // A roster is worth as much as its root, and that one only where the auditor named it.
    const bool isByRoster = !member.isZero() && m_trust->rootKey.has_value();
    report.isVouchedFor = isByRoster || m_trust->keys.count(report.spkiSha256) != 0;
    m_candidates.push_back({key, member, std::move(report)});
}

bool ExportSigners::mayOwn(const Candidate& candidate) const
{
    const bool isAnyoneNamed = m_trust->rootKey.has_value() || !m_trust->keys.empty();
    return candidate.key.name == m_origin && (candidate.report.isVouchedFor || !isAnyoneNamed);
}

Result<void> ExportSigners::addRoot(BytesView spki)
{
    if (m_root) return fail(ErrorKind::Malformed, "export names two roots");
    const Digest32 digest = sha256(spki);
    if (m_trust->rootKey && *m_trust->rootKey != digest) {
        return fail(ErrorKind::Untrusted, "root key is " + toHex(digest) + ", want " + toHex(*m_trust->rootKey));
    }
    TRY_ASSIGN(root, PublicKey::fromSpki(spki));
    m_root = std::move(root);
    return {};
}

Result<void> ExportSigners::addRoster(const dsse::Envelope& envelope)
{
    if (!m_root) return fail(ErrorKind::Untrusted, "export has a roster and names no root before it");
    TRY(dsse::verify(envelope, "roster", *m_root));
    TRY_ASSIGN(roster, study::decodeRoster(envelope.payload));
    if (roster.version <= m_rosterVersion) {
        return fail(ErrorKind::Untrusted, "roster of version " + std::to_string(roster.version) + " follows version " +
                                              std::to_string(m_rosterVersion));
    }
    m_rosterVersion = roster.version;
    for (const study::Member& member : roster.members) {
        TRY_ASSIGN(key, PublicKey::fromSpki(member.signingKeySpki));
        add({m_origin, key}, member.id, member.name);
        add({cosignerName(member.id), key}, member.id, member.name);
    }
    return {};
}

Result<void> ExportSigners::addKey(const NoteKey& key)
{
    if (key.name.starts_with("quorate/member/")) {
        return fail(ErrorKind::Untrusted, "export names a member's key outside a roster");
    }
    add(key, {}, {});
    return {};
}

Result<void> ExportSigners::judgeLine(const SignedCheckpoint& checkpoint, const NoteSignature& line)
{
    const bool isOwner = line.name == m_origin;
    bool isNamed = false;
    for (Candidate& candidate : m_candidates) {
        if (candidate.key.name != line.name) continue;
        if ((isOwner ? logKeyId(candidate.key) : cosignerKeyId(candidate.key)) != line.keyId) continue;
        isNamed = true;
        const auto at = verifyLine(checkpoint.note, line, candidate.key, isOwner);
        // Key ids are short: another key may have the same one.
        if (!at) continue;
        if (isOwner && !mayOwn(candidate)) return fail(ErrorKind::Untrusted, "owner's key is not one that was named as trusted");
        if (isOwner && m_owner.value_or(candidate.member) != candidate.member) {
            return fail(ErrorKind::Untrusted, "two persons signed as the owner of one log");
        }
        if (isOwner) m_owner = candidate.member;
        ++candidate.report.signatures;
        candidate.report.newestSize = checkpoint.head.size;
        if (*at) candidate.report.newestAt = std::max(candidate.report.newestAt.value_or(**at), **at);
        return {};
    }
    return fail(ErrorKind::Untrusted, isNamed ? "signature of " + line.name + " does not verify"
                                              : "signature of " + line.name + " is of a key that nothing here names");
}

Result<void> ExportSigners::judge(const SignedCheckpoint& checkpoint)
{
    bool isOwned = false;
    for (const NoteSignature& line : checkpoint.note.signatures) {
        TRY(judgeLine(checkpoint, line));
        isOwned = isOwned || line.name == m_origin;
    }
    if (!isOwned) return fail(ErrorKind::Untrusted, "checkpoint is not signed by the log's owner");
    return {};
}

Result<void> ExportSigners::judgeOwner(const SignedCheckpoint& checkpoint) const
{
    for (const Candidate& candidate : m_candidates) {
        if (mayOwn(candidate) && verifyCheckpoint(checkpoint, candidate.key.key)) return {};
    }
    return fail(ErrorKind::Untrusted, "checkpoint is not signed by the log's owner");
}

std::vector<ExportSigner> ExportSigners::used() const
{
    std::vector<ExportSigner> out;
    for (const Candidate& candidate : m_candidates) {
        if (candidate.report.signatures > 0) out.push_back(candidate.report);
    }
    return out;
}

}  // namespace quorate::audit
