// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/vault/vault.h"

namespace quorate::vault {

/// The key-slot file: the database key, wrapped by AES-256-GCM under Argon2id(passphrase). Format: docs/formats/vault.md.
class KeySlots {
public:
    /// `generation` names SQLCipher's file format, so that a later SQLCipher opens the file as it was made.
    static Result<KeySlots> wrap(const SecretBytes& databaseKey, const SecretBytes& passphrase, PassphraseCost cost,
                                 unsigned generation, const RandomSource& random);
    /// Malformed for anything but a whole, unchanged key-slot file with costs within bounds.
    static Result<KeySlots> fromJson(std::string_view json);
    [[nodiscard]] std::string toJson() const;

    /// Untrusted: wrong passphrase.
    [[nodiscard]] Result<SecretBytes> unwrap(const SecretBytes& passphrase) const;
    [[nodiscard]] unsigned generation() const { return m_generation; }

    /// "<vault>.slots"
    static std::filesystem::path pathFor(const std::filesystem::path& vault);
    static Result<KeySlots> read(const std::filesystem::path& path);
    /// Written beside, flushed, then renamed; readable by its owner only.
    Result<void> write(const std::filesystem::path& path) const;

private:
    KeySlots() = default;
    [[nodiscard]] Bytes associatedData() const;
    [[nodiscard]] Digest32 checksum() const;

    unsigned m_generation = 0;
    PassphraseCost m_cost;
    Bytes m_salt;        ///< 16 bytes.
    Bytes m_nonce;       ///< 12 bytes.
    Bytes m_wrappedKey;  ///< 32 bytes of key and 16 of tag.
};

}  // namespace quorate::vault
