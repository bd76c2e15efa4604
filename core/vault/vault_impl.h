// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/vault/database.h"
#include "core/vault/key_slot_file.h"
#include "core/vault/ledger.h"
#include "core/vault/vault.h"

/// Shared by vault*.cpp.
namespace quorate::vault {

inline constexpr std::size_t kDatabaseKeyBytes = 32;

/// An open database with its log. Stays where it is: the log refers to the database.
struct OpenStore {
    explicit OpenStore(Database opened) : database(std::move(opened)) {}
    Database database;
    Ledger ledger{Ledger::none()};
};

/// What unwraps the database's key: a passphrase, or the keystore's key.
using Unwrap = std::function<Result<SecretBytes>(const KeySlots&)>;
Unwrap byPassphrase(const SecretBytes& passphrase);

struct Vault::Impl {
    std::filesystem::path file;
    Sources sources;
    Actor actor{};
    KeySlots slots;
    std::unique_ptr<OpenStore> store{};  ///< None while locked.
    std::vector<Damage> damage{};
    std::string readOnlyBecause{};

    /// Opens file and log; checks nothing yet.
    static Result<std::unique_ptr<Impl>> open(const std::filesystem::path& file, const Unwrap& unwrap, Sources sources);
    /// Checks everything, and adds the entry of the opening where everything holds.
    Result<void> checkAndNoteOpening(audit::EventKind kind);

    [[nodiscard]] Result<const Database*> readable() const;
    Result<Ledger*> writable();
    Result<void> note(audit::EventKind kind);
    [[nodiscard]] Result<void> keepWitness();
    void findDamage(std::vector<Damage> found);
};

/// Malformed when the file is none that SQLCipher made.
Result<DatabaseSalt> readSalt(const std::filesystem::path& file);
/// Opens the database of `file` for a Ledger.
Result<std::unique_ptr<OpenStore>> openStore(const std::filesystem::path& file, const SecretBytes& key, unsigned generation,
                                             const Vault::Sources& sources);
/// The newest checkpoint that is kept beside the vault.
Result<std::optional<audit::SignedCheckpoint>> readWitness(const std::filesystem::path& vault);
/// Where the next database is made while the key is rotated.
std::filesystem::path rotationPathFor(const std::filesystem::path& vault);

}  // namespace quorate::vault
