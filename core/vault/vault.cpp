// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/vault.h"

#include "core/vault/database.h"
#include "core/vault/files.h"
#include "core/vault/key_slots.h"
#include "core/vault/rows.h"
#include "core/vault/schema/migrations.h"

namespace quorate::vault {
namespace {

constexpr std::size_t kDatabaseKeyBytes = 32;
constexpr std::string_view kPlaintextHeader = "SQLite format 3";

Result<void> refusePlaintext(const std::filesystem::path& file)
{
    TRY_ASSIGN(start, readStart(file, kPlaintextHeader.size()));
    if (start.empty()) return fail(ErrorKind::Malformed, "vault file is empty");
    // SQLite takes a file of one byte for a new database.
    if (start.size() < kPlaintextHeader.size()) return fail(ErrorKind::Malformed, "vault file is damaged");
    if (asText(start) == kPlaintextHeader) return fail(ErrorKind::Malformed, "vault file is a plaintext database");
    return {};
}

}  // namespace

struct Vault::Impl {
    Database database;
    KeySlots slots;
};

Vault::Vault(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Vault::Vault(Vault&&) noexcept = default;
Vault& Vault::operator=(Vault&&) noexcept = default;
Vault::~Vault() = default;

Result<void> Vault::selfTest()
{
    TRY(Database::cipherGeneration());
    return {};
}

Result<Vault> Vault::create(const std::filesystem::path& file, const SecretBytes& passphrase, PassphraseCost cost,
                            const RandomSource& random)
{
    TRY_ASSIGN(generation, Database::cipherGeneration());
    const std::filesystem::path slotsFile = KeySlots::pathFor(file);
    if (isThere(file) || isThere(slotsFile)) return fail(ErrorKind::StorageFailed, file.string() + " is there already");
    TRY_ASSIGN(key, randomSecret(random, kDatabaseKeyBytes));
    TRY_ASSIGN(slots, KeySlots::wrap(key, passphrase, cost, generation, random));
    RemoveOnFailure cleanup;
    TRY(createPrivateFile(file));
    cleanup.watch(file);
    TRY_ASSIGN(database, Database::open(file, key, generation));
    TRY(createSchema(database));
    TRY(refusePlaintext(file));
    TRY(slots.write(slotsFile));
    cleanup.keep();
    return Vault(std::make_unique<Impl>(Impl{std::move(database), std::move(slots)}));
}

Result<Vault> Vault::open(const std::filesystem::path& file, const SecretBytes& passphrase)
{
    TRY_ASSIGN(generation, Database::cipherGeneration());
    TRY(refusePlaintext(file));
    TRY_ASSIGN(slots, KeySlots::read(KeySlots::pathFor(file)));
    if (slots.generation() > generation) {
        return fail(ErrorKind::Malformed, "vault was made by a newer build: with SQLCipher " + std::to_string(slots.generation()));
    }
    TRY_ASSIGN(key, slots.unwrap(passphrase));
    TRY_ASSIGN(database, Database::open(file, key, slots.generation()));
    TRY(database.checkPages());
    TRY(migrate(database));
    return Vault(std::make_unique<Impl>(Impl{std::move(database), std::move(slots)}));
}

bool Vault::confirms(const SecretBytes& passphrase) const { return m_impl->slots.unwrap(passphrase).has_value(); }

Result<void> Vault::putEnvelope(const StoredEnvelope& stored) { return rows::putEnvelope(m_impl->database, stored); }

Result<std::vector<StoredEnvelope>> Vault::envelopes(const Uuid& study, const std::string& kind) const
{
    return rows::envelopes(m_impl->database, study, kind);
}

Result<std::vector<Uuid>> Vault::studies() const { return rows::studies(m_impl->database); }

Result<void> Vault::appendEvent(const study::StudyEvent& event) { return rows::appendEvent(m_impl->database, event); }

Result<std::vector<study::StudyEvent>> Vault::events(const Uuid& study, std::uint64_t afterSequence) const
{
    return rows::events(m_impl->database, study, afterSequence);
}

Result<void> Vault::putEvidence(const StoredEvidence& stored) { return rows::putEvidence(m_impl->database, stored); }

Result<std::optional<StoredEvidence>> Vault::latestEvidence(const Uuid& study, const Uuid& site) const
{
    return rows::latestEvidence(m_impl->database, study, site);
}

Result<void> Vault::putIdentity(const StoredIdentity& identity) { return rows::putIdentity(m_impl->database, identity); }

Result<std::vector<StoredIdentity>> Vault::identities() const { return rows::identities(m_impl->database); }

Result<void> Vault::putSetting(const std::string& name, const std::string& value)
{
    return rows::putSetting(m_impl->database, name, value);
}

Result<std::optional<std::string>> Vault::setting(const std::string& name) const
{
    return rows::setting(m_impl->database, name);
}

}  // namespace quorate::vault
