// SPDX-License-Identifier: GPL-3.0-or-later
// The vault's log as it is shown, checked and exported.
#include <algorithm>
#include <bit>
#include <deque>

#include "core/audit/export_signers.h"
#include "core/crypto/digest.h"
#include "core/vault/log_export.h"
#include "enclave_client/desk_worker.h"

namespace quorate {
namespace {

constexpr std::uint64_t kEntriesBetweenLooks = 256;
constexpr std::chrono::milliseconds kTellEvery{100};
constexpr std::uint64_t kMaxEntriesRead = 100000;

/// Who made one line, and when.
AuditCosigner cosignerOf(const audit::SignedCheckpoint& checkpoint, const audit::NoteSignature& line,
                         const std::vector<audit::NoteKey>& services, const study::Roster& roster)
{
    AuditCosigner out{line.name, {}, {}};
    const audit::SignedNote alone{checkpoint.note.text, {line}};
    const auto judge = [&](const audit::NoteKey& key) {
        if (key.name != line.name || audit::cosignerKeyId(key) != line.keyId) return;
        if (const auto at = audit::verifyCosignature(alone, key)) out.at = *at;
    };
    for (const auto& key : services) judge(key);
    for (const auto& member : roster.members) {
        if (audit::cosignerName(member.id) != line.name) continue;
        out.person = member.name;
        if (const auto key = PublicKey::fromSpki(member.signingKeySpki)) judge({line.name, *key});
    }
    return out;
}

/// The path of RFC 9162 section 2.1.3.2, with every node on it.
AuditInclusion inclusionFrom(std::uint64_t index, std::uint64_t size, const Digest32& leaf, const std::vector<Digest32>& neighbours)
{
    AuditInclusion out{index, size, leaf, {leaf}, neighbours};
    const auto inner = static_cast<std::size_t>(std::bit_width(index ^ (size - 1)));
    for (std::size_t i = 0; i < neighbours.size(); ++i) {
        const bool isLeftOfUs = i >= inner || ((index >> i) & 1) != 0;
        const Digest32& own = out.path.back();
        out.path.push_back(isLeftOfUs ? audit::nodeHash(neighbours[i], own) : audit::nodeHash(own, neighbours[i]));
    }
    return out;
}

Result<AuditInclusion> prove(const audit::LogStore& store, std::uint64_t index, const audit::Checkpoint& head)
{
    TRY_ASSIGN(proof, audit::inclusionProof(index, head.size, audit::leafHashesOf(store)));
    std::optional<Digest32> leaf;
    TRY(store.leaves(index, index + 1, [&](const audit::StoredLeaf& stored) -> Result<void> {
        leaf = audit::leafHash(stored.leaf);
        return {};
    }));
    if (!leaf) return fail(ErrorKind::StorageFailed, "log has no entry " + std::to_string(index));
    TRY(audit::verifyInclusion(index, head.size, leaf->view(), proof, head.root.view()));
    std::vector<Digest32> neighbours;
    for (const Bytes& hash : proof) {
        TRY_ASSIGN(digest, Digest32::from(hash));
        neighbours.push_back(digest);
    }
    return inclusionFrom(index, head.size, *leaf, neighbours);
}

}  // namespace

Result<void> RemoteDesk::Worker::verifySignatures(AuditVerification& out) const
{
    TRY_ASSIGN(parties, vault::exportParties(m_vault, m_options.rosterRoot, m_package.protocol.id));
    const audit::ExportTrust trust{sha256(parties.rootSpki), {}, {}};
    audit::ExportSigners signers(out.head.origin, trust);
    TRY(signers.addRoot(parties.rootSpki));
    for (const auto& roster : parties.rosters) TRY(signers.addRoster(roster));
    for (const auto& key : parties.keys) TRY(signers.addKey(key));
    TRY_ASSIGN(store, m_vault.log());
    return store->checkpoints(0, UINT64_MAX, [&](const std::string& note) -> Result<void> {
        const auto checkpoint = audit::parseCheckpoint(note);
        const auto judged = checkpoint ? signers.judge(*checkpoint) : Result<void>(tl::unexpected(checkpoint.error()));
        if (judged) {
            ++out.checkpoints;
            out.coveredUntil = checkpoint->head.size;
        } else if (!out.signature) {
            out.signature = judged.error();
        }
        return {};
    });
}

Result<AuditVerification> RemoteDesk::Worker::verifyLog(std::optional<std::uint64_t> entry, const AuditDesk::Progress& progress,
                                                        const Ticket& ticket)
{
    AuditVerification out;
    TRY_ASSIGN(head, m_vault.head());
    out.head = head;
    UtcMillis nextTell = m_clock();
    TRY(m_vault.verify([&](std::uint64_t index) -> Result<void> {
        // After a fault the log is read through once more.
        out.entries = std::max(out.entries, index + 1);
        if (index % kEntriesBetweenLooks != 0) return {};
        if (ticket.isCancelled) return fail(ErrorKind::Cancelled, "the check was ended at entry " + std::to_string(index));
        if (m_clock() < nextTell) return {};
        nextTell = m_clock() + kTellEvery;
        m_executor.post([state = ticket.state, progress, index, all = head.size] {
            if (!state->abandoned && progress) progress(index, all);
        });
        return {};
    }));
    TRY(verifySignatures(out));
    if (entry && m_vault.damage().empty()) {
        TRY_ASSIGN(store, m_vault.log());
        TRY_ASSIGN(inclusion, prove(*store, *entry, head));
        out.inclusion = std::move(inclusion);
    }
    out.damage = m_vault.damage();
    out.at = m_clock();
    m_checkpointsStale = true;
    return out;
}

Result<std::vector<audit::Entry>> RemoteDesk::Worker::readEntries(std::uint64_t begin, std::uint64_t end) const
{
    if (begin > end || end - begin > kMaxEntriesRead) {
        return fail(ErrorKind::Internal, "entries are read at most " + std::to_string(kMaxEntriesRead) + " at a time");
    }
    std::vector<audit::Entry> out;
    TRY_ASSIGN(store, m_vault.log());
    TRY(store->leaves(begin, end, [&](const audit::StoredLeaf& leaf) -> Result<void> {
        // What cannot be read is told by the check, and must not hide the rest.
        if (auto entry = audit::decodeEntry(leaf.leaf)) out.push_back(std::move(*entry));
        return {};
    }));
    return out;
}

Result<void> RemoteDesk::Worker::exportLog(AuditExportFormat format, const std::string& file)
{
    TRY_ASSIGN(parties, vault::exportParties(m_vault, m_options.rosterRoot, m_package.protocol.id));
    const std::filesystem::path path(std::u8string(file.begin(), file.end()));
    return vault::exportLog(m_vault, format, path, parties, [this] { return signHead(); }, toSeconds(m_clock()));
}

Result<std::vector<AuditCheckpoint>> RemoteDesk::Worker::shownCheckpoints() const
{
    TRY_ASSIGN(store, m_vault.log());
    std::deque<std::string> notes;
    TRY(store->checkpoints(0, UINT64_MAX, [&](const std::string& note) -> Result<void> {
        notes.push_front(note);
        if (notes.size() > kMaxAuditCheckpoints) notes.pop_back();
        return {};
    }));
    TRY_ASSIGN(services, vault::cosigningServices(m_vault));
    std::vector<AuditCheckpoint> out;
    for (const std::string& note : notes) {
        const auto checkpoint = audit::parseCheckpoint(note);
        if (!checkpoint) continue;  // Damage, and shown as that.
        AuditCheckpoint shown{checkpoint->head, false, {}};
        if (!m_options.identities.empty()) {
            shown.isSigned = audit::verifyCheckpoint(*checkpoint, m_options.identities.front()->signer->publicKey()).has_value();
        }
        for (const auto& line : checkpoint->note.signatures) {
            if (line.name != checkpoint->head.origin) shown.cosigners.push_back(cosignerOf(*checkpoint, line, services, m_package.roster));
        }
        out.push_back(std::move(shown));
    }
    return out;
}

std::shared_ptr<const AuditLogState> RemoteDesk::Worker::auditState()
{
    const auto head = m_vault.head();
    if (!head) return m_audit;
    if (m_audit && m_audit->head == *head && !m_checkpointsStale) return m_audit;
    auto next = std::make_shared<AuditLogState>();
    next->head = *head;
    next->readOnlyBecause = m_vault.readOnlyBecause();
    next->damage = m_vault.damage();
    next->witnessProblem = m_witnessProblem ? m_witnessProblem : m_peersProblem;
    next->checkpoints = m_audit ? m_audit->checkpoints : std::vector<AuditCheckpoint>();
    if (m_checkpointsStale) {
        if (auto shown = shownCheckpoints()) next->checkpoints = std::move(*shown);
        m_checkpointsStale = false;
    }
    m_audit = std::move(next);
    return m_audit;
}

}  // namespace quorate
