// SPDX-License-Identifier: GPL-3.0-or-later
// Members witness each other's logs: the service passes heads and cosignatures on, and each side believes only what it verifies.
#include <algorithm>

#include "enclave_client/desk_worker.h"

namespace quorate {
namespace {

constexpr std::chrono::seconds kPeersEvery{60};
/// With the member's id in hex: the newest head of that member's log that I cosigned. In the vault, so in my log.
constexpr const char* kWatchedSetting = "audit.watched.";

std::string settingOf(const Uuid& member) { return kWatchedSetting + toHex(member); }

/// A line of this cosigner is kept already. One made again carries another time and says nothing more.
Result<bool> isKept(const audit::LogStore& store, std::uint64_t size, const audit::NoteSignature& line)
{
    bool found = false;
    TRY(store.checkpoints(size, size, [&](const std::string& note) -> Result<void> {
        TRY_ASSIGN(kept, audit::parseCheckpoint(note));
        found = std::any_of(kept.note.signatures.begin(), kept.note.signatures.end(),
                            [&](const auto& have) { return have.name == line.name && have.keyId == line.keyId; });
        return {};
    }));
    return found;
}

}  // namespace

void RemoteDesk::Worker::tendPeers()
{
    if (m_session == nullptr || !ownerActs() || !requireWritable() || m_clock() < m_nextPeers) return;
    m_nextPeers = m_clock() + kPeersEvery;
    const auto cosigned = cosignForOthers();
    const auto taken = takeOthersLines();
    std::optional<Error> problem;
    if (!taken) problem = taken.error();
    if (!cosigned) problem = cosigned.error();
    if (problem == m_peersProblem) return;
    m_peersProblem = std::move(problem);
    m_checkpointsStale = true;
    m_dirty = true;
}

Result<std::map<Uuid, audit::SignedCheckpoint>> RemoteDesk::Worker::watchedHeads() const
{
    std::map<Uuid, audit::SignedCheckpoint> out;
    for (const auto& member : m_package.roster.members) {
        TRY_ASSIGN(note, m_vault.setting(settingOf(member.id)));
        if (!note) continue;
        TRY_ASSIGN(head, audit::parseCheckpoint(*note));
        out.emplace(member.id, std::move(head));
    }
    return out;
}

Result<void> RemoteDesk::Worker::cosignForOthers()
{
    TRY_ASSIGN(watched, watchedHeads());
    std::map<Uuid, std::uint64_t> sizes;
    std::vector<audit::SignedCheckpoint> newest;
    for (const auto& [member, head] : watched) {
        sizes[member] = head.head.size;
        newest.push_back(head);
    }
    TRY_ASSIGN(heads, m_session->client().headsToCosign(m_package.protocol.id, sizes));
    if (heads.empty()) return {};
    const Identity& me = *m_options.identities.front();
    TRY_ASSIGN(witness, audit::Witness::restore({audit::cosignerName(me.member.id), me.signer->publicKey()}, newest));
    Result<void> out;
    std::set<Uuid> refused;
    for (const auto& head : heads) {
        // One member's fault must not keep the others' heads from being cosigned; what follows it rests on it.
        if (refused.contains(head.member)) continue;
        const auto done = cosignOther(witness, head);
        if (done) continue;
        refused.insert(head.member);
        const study::Member* owner = m_package.roster.find(head.member);
        if (out) out = failAt("log of " + (owner ? owner->organisation : toHex(head.member)), done.error());
    }
    return out;
}

Result<void> RemoteDesk::Worker::cosignOther(audit::Witness& witness, const audit::HeadToCosign& head)
{
    const Identity& me = *m_options.identities.front();
    const study::Member* owner = m_package.roster.find(head.member);
    if (owner == nullptr || owner->id == me.member.id) return fail(ErrorKind::Untrusted, "a head is of no other member's log");
    if (head.request.checkpoint.note.signatures.size() != 1) return fail(ErrorKind::Malformed, "a head carries more than its owner's line");
    // One log a member: a second one would be a way to begin anew unnoticed.
    TRY_ASSIGN(known, watchedHeads());
    for (const auto& [member, seen] : known) {
        const bool sameLog = seen.head.origin == head.request.checkpoint.head.origin;
        if (sameLog != (member == owner->id) && (sameLog || member == owner->id)) {
            return fail(ErrorKind::PolicyRefused, sameLog ? "this log is another member's" : "this member has shown another log before");
        }
    }
    TRY_ASSIGN(key, PublicKey::fromSpki(owner->signingKeySpki));
    const auto sign = [&me](BytesView message) { return me.signer->signDer(message); };
    const auto remember = [&](const audit::SignedCheckpoint& newest) -> Result<void> {
        const auto before = known.find(owner->id);
        if (before != known.end() && before->second.head == newest.head) return {};
        return m_vault.putSetting(settingOf(owner->id), audit::toText(newest));
    };
    TRY_ASSIGN(line, witness.cosign(head.request, key, sign, toSeconds(m_clock()), remember));
    audit::SignedCheckpoint cosigned = head.request.checkpoint;
    cosigned.note.signatures.push_back(std::move(line));
    return m_session->client().addCosignature(m_package.protocol.id, owner->id, cosigned);
}

Result<void> RemoteDesk::Worker::takeOthersLines()
{
    TRY_ASSIGN(heads, m_session->client().cosignedByMembers(m_package.protocol.id));
    TRY_ASSIGN(store, m_vault.log());
    for (const auto& head : heads) {
        for (const auto& line : head.note.signatures) {
            const auto& members = m_package.roster.members;
            const auto member = std::find_if(members.begin(), members.end(), [&](const auto& item) { return audit::cosignerName(item.id) == line.name; });
            if (member == members.end()) continue;
            TRY_ASSIGN(kept, isKept(*store, head.head.size, line));
            if (kept) continue;
            TRY_ASSIGN(key, PublicKey::fromSpki(member->signingKeySpki));
            TRY(m_vault.addCosignature(head.head.size, line, {line.name, key}));
            m_checkpointsStale = true;
            m_dirty = true;
        }
    }
    return {};
}

}  // namespace quorate
