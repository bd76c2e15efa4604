// SPDX-License-Identifier: GPL-3.0-or-later
// Keys, copies and formats of the vault's file.
#include "core/vault/files.h"
#include "core/vault/vault_impl.h"
#include "core/vault/verification.h"

namespace quorate::vault {
namespace {

namespace fs = std::filesystem;

/// A copy gets this build's format, and shares slots that name the former one.
Result<void> requireOwnFormat(const KeySlots& slots)
{
    TRY_ASSIGN(own, Database::cipherGeneration());
    if (slots.generation() == own) return {};
    return fail(ErrorKind::StorageFailed, "vault has the format of SQLCipher " + std::to_string(slots.generation()) +
                                              "; want a rotated key, which brings it to format " + std::to_string(own));
}

/// The database under its own key, and beside it slots that name the copy. `cleanup` watches both.
Result<void> copyWithSlots(const Database& database, KeySlots slots, const fs::path& file, RemoveOnFailure& cleanup)
{
    TRY(createPrivateFile(file));
    cleanup.watch(file);
    TRY(database.exportTo(file, nullptr));
    TRY_ASSIGN(salt, readSalt(file));
    slots.setDatabase(salt);
    TRY(KeySlotFile(slots).write(KeySlotFile::pathFor(file)));
    cleanup.watch(KeySlotFile::pathFor(file));
    return {};
}

}  // namespace

Result<void> Vault::changePassphrase(const SecretBytes& current, const SecretBytes& next, PassphraseCost cost)
{
    TRY(m_impl->writable());
    TRY_ASSIGN(key, m_impl->slots.unwrap(current));
    KeySlots changed = m_impl->slots;
    TRY(changed.setPassphrase(key, next, cost, m_impl->sources.random));
    // The log first: a change that is not logged must not take place.
    TRY(m_impl->note(audit::EventKind::VaultPassphraseChanged));
    TRY(KeySlotFile(changed).write(KeySlotFile::pathFor(m_impl->file)));
    m_impl->slots = std::move(changed);
    return {};
}

Result<void> Vault::addKeystore(const SecretBytes& passphrase, const SecretBytes& keystoreKey, const std::string& name)
{
    TRY(m_impl->writable());
    TRY_ASSIGN(key, m_impl->slots.unwrap(passphrase));
    KeySlots changed = m_impl->slots;
    TRY(changed.setKeystore(key, keystoreKey, name, m_impl->sources.random));
    audit::Entry entry;
    entry.kind = audit::EventKind::SettingChanged;
    entry.subject = "vault.keystore-slot-added";
    TRY(note(std::move(entry)));
    TRY(KeySlotFile(changed).write(KeySlotFile::pathFor(m_impl->file)));
    m_impl->slots = std::move(changed);
    return {};
}

Result<void> Vault::removeKeystore()
{
    KeySlots changed = m_impl->slots;
    changed.removeKeystore();
    audit::Entry entry;
    entry.kind = audit::EventKind::SettingChanged;
    entry.subject = "vault.keystore-slot-removed";
    TRY(note(std::move(entry)));
    TRY(KeySlotFile(changed).write(KeySlotFile::pathFor(m_impl->file)));
    m_impl->slots = std::move(changed);
    return {};
}

Result<void> Vault::rotateKey(const SecretBytes& passphrase)
{
    TRY(m_impl->writable());
    TRY(m_impl->slots.unwrap(passphrase));
    TRY_ASSIGN(own, Database::cipherGeneration());
    TRY_ASSIGN(key, randomSecret(m_impl->sources.random, kDatabaseKeyBytes));
    TRY_ASSIGN(slots, KeySlots::wrap(key, passphrase, m_impl->slots.passphrase().cost, own, m_impl->sources.random));
    const fs::path next = rotationPathFor(m_impl->file);
    RemoveOnFailure cleanup;
    TRY(createPrivateFile(next));
    cleanup.watch(next);
    TRY(m_impl->store->database.exportTo(next, &key));
    {
        // Only the copy says that the key was rotated: the old file never was.
        TRY_ASSIGN(copy, openStore(next, key, own, m_impl->sources));
        copy->ledger.actAs(m_impl->actor);
        audit::Entry rotated;
        rotated.kind = audit::EventKind::VaultKeyRotated;
        TRY(copy->ledger.note(std::move(rotated)));
        TRY_ASSIGN(found, verifyVault(copy->database, copy->ledger.store(), std::nullopt));
        if (!found.empty()) return fail(ErrorKind::Internal, "copy under the new key is not what the log says: " + toText(found.front()));
        TRY_ASSIGN(salt, readSalt(next));
        slots.setDatabase(salt);
    }
    const fs::path slotsFile = KeySlotFile::pathFor(m_impl->file);
    // With both keys in place the next step may be cut off before or after it: each outcome opens.
    TRY(KeySlotFile(m_impl->slots, slots).write(slotsFile));
    TRY(replaceFile(next, m_impl->file));
    cleanup.keep();
    // The old file's connection goes first: closing it removes the journal of that name.
    m_impl->store.reset();
    m_impl->slots = slots;
    TRY_ASSIGN(store, openStore(m_impl->file, key, own, m_impl->sources));
    m_impl->store = std::move(store);
    return KeySlotFile(slots).write(slotsFile);
}

Result<void> Vault::backUp(const fs::path& backup)
{
    TRY(requireOwnFormat(m_impl->slots));
    TRY(requireNothing(backup));
    TRY(requireNothing(KeySlotFile::pathFor(backup)));
    TRY(m_impl->note(audit::EventKind::VaultBackupMade));
    RemoveOnFailure cleanup;
    TRY(copyWithSlots(m_impl->store->database, m_impl->slots, backup, cleanup));
    cleanup.keep();
    return {};
}

Result<Vault> Vault::restore(const fs::path& backup, const fs::path& file, const SecretBytes& passphrase, Sources sources)
{
    TRY(requireNothing(file));
    TRY(requireNothing(KeySlotFile::pathFor(file)));
    TRY_ASSIGN(source, Impl::open(backup, byPassphrase(passphrase), sources));
    TRY(requireOwnFormat(source->slots));
    TRY_ASSIGN(found, verifyVault(source->store->database, source->store->ledger.store(), std::nullopt));
    if (!found.empty()) return fail(ErrorKind::Untrusted, "backup does not agree with its log: " + toText(found.front()));
    RemoveOnFailure cleanup;
    TRY(copyWithSlots(source->store->database, source->slots, file, cleanup));
    source.reset();
    TRY_ASSIGN(impl, Impl::open(file, byPassphrase(passphrase), std::move(sources)));
    TRY(impl->checkAndNoteOpening(audit::EventKind::VaultRestored));
    cleanup.keep();
    return Vault(std::move(impl));
}

}  // namespace quorate::vault
