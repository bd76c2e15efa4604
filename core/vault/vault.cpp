// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/vault.h"

#include <algorithm>

#include "core/crypto/certificate.h"
#include "core/study/roster.h"
#include "core/study/study_package.h"
#include "core/vault/files.h"
#include "core/vault/locate_damage.h"
#include "core/vault/rows.h"
#include "core/vault/schema/migrations.h"
#include "core/vault/vault_impl.h"
#include "core/vault/verification.h"

namespace quorate::vault {
namespace {

constexpr std::string_view kPlaintextHeader = "SQLite format 3";

/// Whether somebody whom this vault knows signed the note as the log's owner: with an identity of its own, or as a member
/// of a roster that it keeps. True where it knows nobody: then there is nothing to compare with.
Result<bool> isOwnersNote(const Database& database, const audit::SignedCheckpoint& checkpoint)
{
    std::vector<PublicKey> known;
    TRY_ASSIGN(identities, rows::identities(database));
    for (const StoredIdentity& identity : identities) {
        if (const auto certificate = Certificate::fromDer(identity.certificateDer)) known.push_back(certificate->publicKey());
        if (const auto key = SigningKey::fromPkcs8(identity.signingKeyPkcs8.expose())) known.push_back(key->publicKey());
    }
    TRY_ASSIGN(scopes, rows::studies(database));
    scopes.push_back(Uuid{});  // Of the consortium.
    for (const Uuid& scope : scopes) {
        TRY_ASSIGN(rosters, rows::envelopes(database, scope, study::kinds::kRoster));
        for (const StoredEnvelope& stored : rosters) {
            const auto roster = study::decodeRoster(stored.envelope.payload);
            if (!roster) continue;
            for (const study::Member& member : roster->members) {
                if (const auto key = PublicKey::fromSpki(member.signingKeySpki)) known.push_back(*key);
            }
        }
    }
    return known.empty() || std::any_of(known.begin(), known.end(), [&](const PublicKey& key) {
        return audit::verifyCheckpoint(checkpoint, key).has_value();
    });
}

/// Leftovers of a rotation that was cut off. Only while the vault is held: another program may be rotating.
Result<void> finishRotation(const std::filesystem::path& file, const KeySlots& slots, const KeySlotFile& slotFile)
{
    std::error_code ignored;
    std::filesystem::remove(rotationPathFor(file), ignored);
    std::filesystem::remove(rotationPathFor(file) += "-journal", ignored);
    if (slotFile.sets().size() == 1 && slots.database() == slotFile.sets().front().database()) return {};
    return KeySlotFile(slots).write(KeySlotFile::pathFor(file));
}

}  // namespace

Result<std::optional<audit::SignedCheckpoint>> readWitness(const std::filesystem::path& vault)
{
    const std::filesystem::path path = Vault::witnessPathFor(vault);
    if (!isThere(path)) return std::optional<audit::SignedCheckpoint>();
    TRY_ASSIGN(content, readFile(path, audit::kMaxNoteBytes));
    auto checkpoint = audit::parseCheckpoint(asText(content));
    if (!checkpoint) return failAt(path.string(), checkpoint.error());
    return std::optional(std::move(*checkpoint));
}

Unwrap byPassphrase(const SecretBytes& passphrase)
{
    return [&passphrase](const KeySlots& slots) { return slots.unwrap(passphrase); };
}

Result<DatabaseSalt> readSalt(const std::filesystem::path& file)
{
    TRY_ASSIGN(start, Database::startOf(file, DatabaseSalt::kSize));
    if (start.empty()) return fail(ErrorKind::Malformed, "vault file is empty");
    if (asText(start).starts_with(kPlaintextHeader)) return fail(ErrorKind::Malformed, "vault file is a plaintext database");
    if (start.size() < DatabaseSalt::kSize) {
        return fail(ErrorKind::Malformed, "vault file is damaged at page 1: nothing in it can be read; " + std::string(kWantBackup));
    }
    return DatabaseSalt::from(start);
}

std::filesystem::path rotationPathFor(const std::filesystem::path& vault)
{
    std::filesystem::path out = vault;
    out += ".rotating";
    return out;
}

std::filesystem::path Vault::witnessPathFor(const std::filesystem::path& vault)
{
    std::filesystem::path out = vault;
    out += ".witness";
    return out;
}

Result<std::unique_ptr<OpenStore>> openStore(const std::filesystem::path& file, const SecretBytes& key, unsigned generation,
                                             const Vault::Sources& sources)
{
    auto database = Database::open(file, key, generation);
    if (!database && database.error().kind == ErrorKind::Malformed) {
        return tl::unexpected(describeDamage(database.error(), locateDamage(file, key, generation)));
    }
    TRY(database);
    TRY(migrate(*database, sources.clock, sources.random));
    auto out = std::make_unique<OpenStore>(std::move(*database));
    TRY_ASSIGN(ledger, Ledger::open(out->database, sources.clock));
    out->ledger = std::move(ledger);
    return out;
}

Result<std::unique_ptr<Vault::Impl>> Vault::Impl::open(const std::filesystem::path& file, const Unwrap& unwrap, Sources sources)
{
    TRY_ASSIGN(own, Database::cipherGeneration());
    TRY_ASSIGN(salt, readSalt(file));
    TRY_ASSIGN(slotFile, KeySlotFile::read(KeySlotFile::pathFor(file)));
    TRY_ASSIGN(slots, slotFile.slotsFor(salt));
    if (slots.generation() > own) {
        return fail(ErrorKind::Malformed, "vault was made by a newer build: with SQLCipher " + std::to_string(slots.generation()));
    }
    TRY_ASSIGN(key, unwrap(slots));
    TRY_ASSIGN(store, openStore(file, key, slots.generation(), sources));
    slots.setDatabase(salt);
    TRY(finishRotation(file, slots, slotFile));
    return std::make_unique<Impl>(Impl{file, std::move(sources), {}, std::move(slots), std::move(store)});
}

Result<void> Vault::Impl::checkAndNoteOpening(audit::EventKind kind)
{
    TRY_ASSIGN(newest, readWitness(file));
    TRY_ASSIGN(isKnown, newest ? isOwnersNote(store->database, *newest) : Result<bool>(true));
    TRY_ASSIGN(found, verifyVault(store->database, store->ledger.store(), isKnown ? newest : std::nullopt));
    if (!isKnown) {
        // A head that agrees with the log says nothing new, whoever signed it; one that does not is no word of the owner's.
        TRY_ASSIGN(contradictions, vault::compareWith(store->ledger.store(), *newest));
        if (!contradictions.empty()) found.push_back({"witness", {}, {}, {}, Damage::Kind::BadCheckpoint});
    }
    // Decrypted pages of the whole vault, which nothing needs any more.
    TRY(store->database.execute("PRAGMA shrink_memory"));
    damage.clear();
    readOnlyBecause.clear();
    findDamage(std::move(found));
    if (!readOnlyBecause.empty()) return {};
    // Without space or on a read-only medium its owner still may look.
    const auto noted = note(kind);
    if (!noted) readOnlyBecause = noted.error().message;
    return {};
}

void Vault::Impl::findDamage(std::vector<Damage> found)
{
    // What was found before stays: a checkpoint of somebody else is not at hand each time.
    for (Damage& item : found) {
        if (std::find(damage.begin(), damage.end(), item) == damage.end()) damage.push_back(std::move(item));
    }
    if (damage.empty()) return;
    readOnlyBecause = "vault does not agree with its log: " + toText(damage.front());
    if (damage.size() > 1) readOnlyBecause += " (and " + std::to_string(damage.size() - 1) + " more)";
    // The log holds digests: it tells which rows to look for in a backup, and cannot give them back.
    readOnlyBecause += damage.front().kind == Damage::Kind::Gap ? "; want the newer copy that was signed, or its backup"
                                                                : "; " + std::string(kWantBackup);
}

Result<const Database*> Vault::Impl::readable() const
{
    if (!store) return fail(ErrorKind::Unavailable, "vault is locked, want its passphrase");
    return &store->database;
}

Result<Ledger*> Vault::Impl::writable()
{
    TRY(readable());
    if (!damage.empty()) return fail(ErrorKind::Untrusted, "vault is read-only: " + readOnlyBecause);
    if (!readOnlyBecause.empty()) return fail(ErrorKind::StorageFailed, "vault is read-only: " + readOnlyBecause);
    store->ledger.actAs(actor);
    return &store->ledger;
}

Result<void> Vault::Impl::note(audit::EventKind kind)
{
    TRY_ASSIGN(ledger, writable());
    audit::Entry entry;
    entry.kind = kind;
    return ledger->note(std::move(entry));
}

Vault::Vault(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Vault::Vault(Vault&&) noexcept = default;
Vault& Vault::operator=(Vault&&) noexcept = default;
Vault::~Vault() = default;

Result<void> Vault::selfTest()
{
    TRY(Database::cipherGeneration());
    return {};
}

Result<Vault> Vault::create(const std::filesystem::path& file, const SecretBytes& passphrase, PassphraseCost cost, Sources sources)
{
    TRY_ASSIGN(generation, Database::cipherGeneration());
    const std::filesystem::path slotsFile = KeySlotFile::pathFor(file);
    TRY(requireNothing(file));
    TRY(requireNothing(slotsFile));
    TRY(requireNothing(witnessPathFor(file)));
    TRY_ASSIGN(key, randomSecret(sources.random, kDatabaseKeyBytes));
    TRY_ASSIGN(slots, KeySlots::wrap(key, passphrase, cost, generation, sources.random));
    RemoveOnFailure cleanup;
    TRY(createPrivateFile(file));
    cleanup.watch(file);
    std::filesystem::path journal = file;
    cleanup.watch(journal += "-journal");
    TRY_ASSIGN(database, Database::open(file, key, generation));
    TRY(createSchema(database, sources.clock, sources.random));
    TRY_ASSIGN(salt, readSalt(file));
    slots.setDatabase(salt);
    TRY(KeySlotFile(slots).write(slotsFile));
    cleanup.keep();
    auto store = std::make_unique<OpenStore>(std::move(database));
    TRY_ASSIGN(ledger, Ledger::open(store->database, sources.clock));
    store->ledger = std::move(ledger);
    return Vault(std::make_unique<Impl>(Impl{file, std::move(sources), {}, std::move(slots), std::move(store)}));
}

Result<Vault> Vault::open(const std::filesystem::path& file, const SecretBytes& passphrase, Sources sources)
{
    TRY_ASSIGN(impl, Impl::open(file, byPassphrase(passphrase), std::move(sources)));
    TRY(impl->checkAndNoteOpening(audit::EventKind::VaultOpened));
    return Vault(std::move(impl));
}

Result<Vault> Vault::openByKeystore(const std::filesystem::path& file, const SecretBytes& keystoreKey, Sources sources)
{
    const Unwrap unwrap = [&keystoreKey](const KeySlots& slots) { return slots.unwrapByKeystore(keystoreKey); };
    TRY_ASSIGN(impl, Impl::open(file, unwrap, std::move(sources)));
    TRY(impl->checkAndNoteOpening(audit::EventKind::VaultOpened));
    return Vault(std::move(impl));
}

Result<std::optional<std::string>> Vault::keystoreNameOf(const std::filesystem::path& file)
{
    TRY_ASSIGN(salt, readSalt(file));
    TRY_ASSIGN(slotFile, KeySlotFile::read(KeySlotFile::pathFor(file)));
    TRY_ASSIGN(slots, slotFile.slotsFor(salt));
    return slots.keystore() ? std::optional(slots.keystore()->name) : std::nullopt;
}

const std::vector<Damage>& Vault::damage() const { return m_impl->damage; }
const std::string& Vault::readOnlyBecause() const { return m_impl->readOnlyBecause; }
void Vault::actAs(Actor actor) { m_impl->actor = std::move(actor); }
bool Vault::isLocked() const { return m_impl->store == nullptr; }
unsigned Vault::fileFormat() const { return m_impl->slots.generation(); }

void Vault::lock()
{
    if (isLocked()) return;
    // A vault that cannot be written locks all the same.
    if (m_impl->readOnlyBecause.empty()) (void)m_impl->note(audit::EventKind::VaultLocked);
    m_impl->store.reset();
}

Result<void> Vault::unlock(const SecretBytes& passphrase)
{
    if (!isLocked()) return fail(ErrorKind::Internal, "vault is not locked");
    TRY_ASSIGN(impl, Impl::open(m_impl->file, byPassphrase(passphrase), m_impl->sources));
    impl->actor = m_impl->actor;
    TRY(impl->checkAndNoteOpening(audit::EventKind::VaultOpened));
    m_impl = std::move(impl);
    return {};
}

bool Vault::confirms(const SecretBytes& passphrase) const { return m_impl->slots.unwrap(passphrase).has_value(); }

}  // namespace quorate::vault
