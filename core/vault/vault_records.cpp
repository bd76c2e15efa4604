// SPDX-License-Identifier: GPL-3.0-or-later
// The vault's values; their rows are written in *_rows.cpp.
#include "core/vault/files.h"
#include "core/vault/rows.h"
#include "core/vault/vault_impl.h"
#include "core/vault/verification.h"

namespace quorate::vault {

Result<void> Vault::putEnvelope(const StoredEnvelope& stored)
{
    TRY_ASSIGN(ledger, m_impl->writable());
    return rows::putEnvelope(*ledger, stored);
}

Result<std::vector<StoredEnvelope>> Vault::envelopes(const Uuid& study, const std::string& kind) const
{
    TRY_ASSIGN(database, m_impl->readable());
    return rows::envelopes(*database, study, kind);
}

Result<std::vector<Uuid>> Vault::studies() const
{
    TRY_ASSIGN(database, m_impl->readable());
    return rows::studies(*database);
}

Result<void> Vault::appendEvent(const study::StudyEvent& event)
{
    TRY_ASSIGN(ledger, m_impl->writable());
    return rows::appendEvent(*ledger, event);
}

Result<std::vector<study::StudyEvent>> Vault::events(const Uuid& study, std::uint64_t afterSequence) const
{
    TRY_ASSIGN(database, m_impl->readable());
    return rows::events(*database, study, afterSequence);
}

Result<void> Vault::putEvidence(const StoredEvidence& stored)
{
    TRY_ASSIGN(ledger, m_impl->writable());
    return rows::putEvidence(*ledger, stored);
}

Result<std::optional<StoredEvidence>> Vault::latestEvidence(const Uuid& study, const Uuid& site) const
{
    TRY_ASSIGN(database, m_impl->readable());
    return rows::latestEvidence(*database, study, site);
}

Result<void> Vault::putIdentity(const StoredIdentity& identity, audit::EventKind how)
{
    TRY_ASSIGN(ledger, m_impl->writable());
    return rows::putIdentity(*ledger, identity, how);
}

Result<std::vector<StoredIdentity>> Vault::identities() const
{
    TRY_ASSIGN(database, m_impl->readable());
    return rows::identities(*database);
}

Result<void> Vault::putSetting(const std::string& name, const std::string& value)
{
    TRY_ASSIGN(ledger, m_impl->writable());
    return rows::putSetting(*ledger, name, value);
}

Result<std::optional<std::string>> Vault::setting(const std::string& name) const
{
    TRY_ASSIGN(database, m_impl->readable());
    return rows::setting(*database, name);
}

Result<void> Vault::raiseVersion(const SeenVersion& seen)
{
    TRY_ASSIGN(ledger, m_impl->writable());
    return rows::raiseVersion(*ledger, seen);
}

Result<std::optional<SeenVersion>> Vault::seenVersion(const std::string& kind, const Uuid& scope) const
{
    TRY_ASSIGN(database, m_impl->readable());
    return rows::seenVersion(*database, kind, scope);
}

Result<void> Vault::recordDecision(const Decision& decision)
{
    audit::Entry entry;
    entry.kind = decision.kind;
    entry.study = decision.study;
    entry.site = decision.site;
    entry.subject = decision.subject;
    entry.reason = decision.reason;
    entry.meaning = decision.meaning;
    entry.digests = decision.digests;
    return note(std::move(entry));
}

Result<void> Vault::note(audit::Entry entry)
{
    TRY_ASSIGN(ledger, m_impl->writable());
    return ledger->note(std::move(entry));
}

Result<audit::Checkpoint> Vault::head() const
{
    TRY(m_impl->readable());
    return m_impl->store->ledger.log().head();
}

Result<std::vector<audit::Entry>> Vault::entries(std::uint64_t begin, std::uint64_t end) const
{
    TRY(m_impl->readable());
    std::vector<audit::Entry> out;
    TRY(m_impl->store->ledger.log().entries(begin, end, [&](const audit::Entry& entry) -> Result<void> {
        out.push_back(entry);
        return {};
    }));
    return out;
}

Result<audit::Proof> Vault::consistency(std::uint64_t size1, std::uint64_t size2) const
{
    TRY(m_impl->readable());
    return m_impl->store->ledger.log().consistency(size1, size2);
}

Result<const audit::LogStore*> Vault::log() const
{
    TRY(m_impl->readable());
    return &m_impl->store->ledger.store();
}

Result<void> Vault::verify(const std::function<Result<void>(std::uint64_t entry)>& each)
{
    TRY(m_impl->readable());
    TRY_ASSIGN(newest, readWitness(m_impl->file));
    TRY_ASSIGN(found, verifyVault(m_impl->store->database, m_impl->store->ledger.store(), newest, each));
    m_impl->findDamage(std::move(found));
    return {};
}

Result<void> Vault::Impl::keepWitness()
{
    TRY_ASSIGN(newest, store->ledger.log().newestCheckpoint());
    return writePrivateFile(witnessPathFor(file), asBytes(audit::toText(newest.value())));
}

Result<audit::SignedCheckpoint> Vault::signHead(const PublicKey& key, const audit::NoteSign& sign)
{
    TRY_ASSIGN(ledger, m_impl->writable());
    TRY_ASSIGN(transaction, Transaction::begin(ledger->database()));
    TRY_ASSIGN(signedHead, ledger->log().checkpoint(key, sign));
    TRY(transaction.commit());
    TRY(m_impl->keepWitness());
    return signedHead;
}

Result<void> Vault::addCosignature(std::uint64_t size, const audit::NoteSignature& cosignature, const audit::NoteKey& cosigner)
{
    TRY_ASSIGN(ledger, m_impl->writable());
    TRY_ASSIGN(transaction, Transaction::begin(ledger->database()));
    TRY(ledger->log().addCosignature(size, cosignature, cosigner));
    TRY(transaction.commit());
    return m_impl->keepWitness();
}

Result<std::optional<audit::SignedCheckpoint>> Vault::newestCheckpoint() const
{
    TRY(m_impl->readable());
    return m_impl->store->ledger.log().newestCheckpoint();
}

Result<void> Vault::compareWith(const audit::SignedCheckpoint& checkpoint)
{
    TRY(m_impl->readable());
    TRY_ASSIGN(found, vault::compareWith(m_impl->store->ledger.store(), checkpoint));
    m_impl->findDamage(std::move(found));
    return {};
}

}  // namespace quorate::vault
