// SPDX-License-Identifier: GPL-3.0-or-later
// Heads of the vault's log: signed by its owner, cosigned by the service, compared with what the service has seen.
#include "core/vault/log_export.h"
#include "enclave_client/desk_worker.h"

namespace quorate {
namespace {

constexpr std::chrono::seconds kCosignAgainAfter{30};
constexpr std::size_t kHeadsShownAnew = 32;

Result<audit::NoteSignature> lineOf(const audit::SignedCheckpoint& checkpoint, const audit::NoteKey& key)
{
    TRY(audit::verifyCosignature(checkpoint.note, key));
    for (const auto& line : checkpoint.note.signatures) {
        if (line.name == key.name && line.keyId == audit::cosignerKeyId(key)) return line;
    }
    return fail(ErrorKind::Untrusted, "the service's line is not under the checkpoint");
}

audit::SignedCheckpoint withOwnersLineAlone(audit::SignedCheckpoint checkpoint)
{
    std::erase_if(checkpoint.note.signatures, [&](const auto& line) { return line.name != checkpoint.head.origin; });
    return checkpoint;
}

}  // namespace

Result<void> RemoteDesk::Worker::requireWritable() const
{
    if (m_vault.readOnlyBecause().empty()) return {};
    return fail(m_vault.damage().empty() ? ErrorKind::StorageFailed : ErrorKind::Untrusted,
                "vault is read-only: " + m_vault.readOnlyBecause());
}

Result<void> RemoteDesk::Worker::compareWithWitness()
{
    m_witnessSize.reset();
    TRY_ASSIGN(theirs, m_session->client().newestCheckpoint(m_package.protocol.id));
    if (!theirs) {
        m_witnessSize = 0;
        return {};
    }
    // Nobody but me makes my vault read-only: what I did not sign is the service's mistake.
    const auto isMine = audit::verifyCheckpoint(*theirs, m_options.identities.front()->signer->publicKey());
    if (!isMine) return failAt("the service's checkpoint of this log", isMine.error());
    TRY(m_vault.compareWith(*theirs));
    m_checkpointsStale = true;
    TRY(requireWritable());
    m_witnessSize = theirs->head.size;
    return {};
}

bool RemoteDesk::Worker::tendComparison()
{
    m_witnessProblem.reset();
    m_cosignDue = true;
    m_nextCosign = {};
    if (!ownerActs()) return true;
    const auto compared = compareWithWitness();
    if (!compared) m_witnessProblem = compared.error();
    m_checkpointsStale = true;
    if (requireWritable()) return true;
    disconnect();
    say(Connection::Offline, m_vault.readOnlyBecause());
    return false;
}

Result<void> RemoteDesk::Worker::signHead()
{
    if (m_options.identities.empty() || !requireWritable()) return {};
    TRY_ASSIGN(head, m_vault.head());
    TRY_ASSIGN(newest, m_vault.newestCheckpoint());
    // Signed again, it would lose its cosignatures.
    if (newest && newest->head == head) return {};
    const Signer& signer = *m_options.identities.front()->signer;
    TRY(m_vault.signHead(signer.publicKey(), [&signer](BytesView message) { return signer.signDer(message); }));
    m_checkpointsStale = true;
    m_dirty = true;
    return {};
}

Result<void> RemoteDesk::Worker::cosignHead()
{
    if (!m_witnessSize) TRY(compareWithWitness());
    TRY(vault::rememberCosigningService(m_vault, m_receiptKeySpki));
    TRY(signHead());
    TRY_ASSIGN(newest, m_vault.newestCheckpoint());
    if (!newest || newest->head.size == *m_witnessSize) return {};
    if (*m_witnessSize == 0) {
        TRY_ASSIGN(earlier, headsToShowAnew());
        for (const auto& head : earlier) TRY(cosignAt(head));
    }
    return newest->head.size == *m_witnessSize ? Result<void>() : cosignAt(*newest);
}

Result<std::vector<audit::SignedCheckpoint>> RemoteDesk::Worker::headsToShowAnew() const
{
    TRY_ASSIGN(store, m_vault.log());
    const PublicKey mine = m_options.identities.front()->signer->publicKey();
    std::vector<audit::SignedCheckpoint> out;
    TRY(store->checkpoints(0, UINT64_MAX, [&](const std::string& note) -> Result<void> {
        auto checkpoint = audit::parseCheckpoint(note);
        // An empty log is no head, and one that another key signed is not what the roster's key vouches for.
        if (!checkpoint || checkpoint->head.size == 0 || !audit::verifyCheckpoint(*checkpoint, mine)) return {};
        out.push_back(std::move(*checkpoint));
        if (out.size() > kHeadsShownAnew) out.erase(out.begin());
        return {};
    }));
    return out;
}

Result<void> RemoteDesk::Worker::cosignAt(const audit::SignedCheckpoint& mine)
{
    audit::CosignRequest request{withOwnersLineAlone(mine), *m_witnessSize, {}};
    if (request.oldSize > 0) {
        TRY_ASSIGN(proof, m_vault.consistency(request.oldSize, mine.head.size));
        request.consistency = std::move(proof);
    }
    // Whatever comes of it, the service may have taken the head.
    m_witnessSize.reset();
    TRY_ASSIGN(cosigned, m_session->client().cosign(m_package.protocol.id, request));
    TRY_ASSIGN(key, PublicKey::fromSpki(m_receiptKeySpki));
    const audit::NoteKey service{audit::kServiceCosigner, key};
    if (cosigned.head != mine.head) return fail(ErrorKind::Untrusted, "the service cosigned another head than the one it was sent");
    TRY_ASSIGN(line, lineOf(cosigned, service));
    TRY(m_vault.addCosignature(mine.head.size, line, service));
    m_witnessSize = mine.head.size;
    return {};
}

void RemoteDesk::Worker::tendWitness()
{
    if (!m_signDue && !m_cosignDue) return;
    std::optional<Error> problem = m_witnessProblem;
    if (m_signDue) {
        m_signDue = false;
        const auto done = signHead();
        problem = done ? std::nullopt : std::optional(done.error());
    }
    if (m_cosignDue && m_session != nullptr && ownerActs() && m_clock() >= m_nextCosign) {
        const auto done = cosignHead();
        problem = done ? std::nullopt : std::optional(done.error());
        m_cosignDue = !done;
        // Others may have cosigned what came before.
        m_nextPeers = {};
        if (!done) m_nextCosign = m_clock() + kCosignAgainAfter;
        m_checkpointsStale = true;
        m_dirty = true;
    }
    if (problem == m_witnessProblem) return;
    m_witnessProblem = std::move(problem);
    m_checkpointsStale = true;
    m_dirty = true;
}

}  // namespace quorate
