// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/base/random.h"
#include "core/base/secret_bytes.h"

namespace quorate::vault {

/// Cost of Argon2id for the passphrase slot. Kept in the key-slot file, so that a vault opens where it was made.
struct PassphraseCost {
    std::uint32_t memoryKiB = 64 * 1024;
    std::uint32_t iterations = 3;
    std::uint32_t lanes = 1;
    bool operator==(const PassphraseCost&) const = default;
};

/// Malformed for a cost that is none, or that would exhaust this computer.
Result<void> checkCost(const PassphraseCost& cost);
/// A cost that takes about `targetMs` on this computer: never less than 19 MiB in 2 passes (OWASP's least for Argon2id),
/// never more than 256 MiB in 16. `measureMs` says how long one derivation takes.
Result<PassphraseCost> calibrate(double targetMs, const std::function<Result<double>(const PassphraseCost&)>& measureMs);
/// Wall-clock milliseconds of one derivation at `cost` on this computer.
Result<double> measurePassphraseMs(const PassphraseCost& cost);

/// The first 16 bytes of a SQLCipher file: random, in the clear, and other ones in each file that is made.
using DatabaseSalt = FixedBytes<16>;

/// Opens one database: its key, wrapped by AES-256-GCM under Argon2id(passphrase) always, and under a key that the
/// operating system's keystore holds if the owner wants that. Format: docs/formats/vault.md.
class KeySlots {
public:
    struct PassphraseSlot {
        PassphraseCost cost;
        Bytes salt;        ///< 16 bytes.
        Bytes nonce;       ///< 12 bytes.
        Bytes wrappedKey;  ///< 32 bytes of key and 16 of tag.
    };
    struct KeystoreSlot {
        std::string name;  ///< Of the keystore's entry.
        Bytes nonce;
        Bytes wrappedKey;
    };

    /// `generation` names SQLCipher's file format, so that a later SQLCipher opens the file as it was made.
    static Result<KeySlots> wrap(const SecretBytes& databaseKey, const SecretBytes& passphrase, PassphraseCost cost,
                                 unsigned generation, const RandomSource& random);
    /// As read from a file; Malformed for sizes or costs that wrap() does not make.
    static Result<KeySlots> fromParts(unsigned generation, std::optional<DatabaseSalt> database, PassphraseSlot passphrase,
                                      std::optional<KeystoreSlot> keystore);

    /// Untrusted: wrong passphrase.
    [[nodiscard]] Result<SecretBytes> unwrap(const SecretBytes& passphrase) const;
    /// Untrusted when there is no keystore slot, or it is wrapped under another key.
    [[nodiscard]] Result<SecretBytes> unwrapByKeystore(const SecretBytes& keystoreKey) const;

    /// Replaces the passphrase slot and nothing else.
    Result<void> setPassphrase(const SecretBytes& databaseKey, const SecretBytes& passphrase, PassphraseCost cost,
                               const RandomSource& random);
    /// `keystoreKey` has 32 random bytes; `name` 1 to 128 characters.
    Result<void> setKeystore(const SecretBytes& databaseKey, const SecretBytes& keystoreKey, const std::string& name,
                             const RandomSource& random);
    void removeKeystore() { m_keystore.reset(); }
    void setDatabase(const DatabaseSalt& salt) { m_database = salt; }

    [[nodiscard]] unsigned generation() const { return m_generation; }
    /// Nothing in a file of the first version.
    [[nodiscard]] const std::optional<DatabaseSalt>& database() const { return m_database; }
    [[nodiscard]] const PassphraseSlot& passphrase() const { return m_passphrase; }
    [[nodiscard]] const std::optional<KeystoreSlot>& keystore() const { return m_keystore; }
    /// Over everything: tells damage from a wrong passphrase.
    [[nodiscard]] Digest32 checksum() const;

private:
    KeySlots() = default;
    [[nodiscard]] Bytes associatedData(const PassphraseSlot& slot) const;
    [[nodiscard]] Bytes associatedData(const KeystoreSlot& slot) const;

    unsigned m_generation = 0;
    std::optional<DatabaseSalt> m_database;
    PassphraseSlot m_passphrase;
    std::optional<KeystoreSlot> m_keystore;
};

}  // namespace quorate::vault
