// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/attestation/appraisal.h"
#include "core/base/random.h"
#include "core/base/secret_bytes.h"
#include "core/crypto/dsse.h"
#include "core/study/events.h"

namespace quorate::vault {

/// Cost of Argon2id for the passphrase slot. Kept in the key-slot file, so that a vault opens where it was made.
struct PassphraseCost {
    std::uint32_t memoryKiB = 64 * 1024;
    std::uint32_t iterations = 3;
    std::uint32_t lanes = 1;
};

/// A signed object as stored: bytes as received.
struct StoredEnvelope {
    Uuid study;
    std::string kind;
    dsse::Envelope envelope;
    UtcMillis storedAt;
};

/// What one node showed and what this computer made of it.
struct StoredEvidence {
    Uuid study;
    Uuid site;                                ///< Zero for the service.
    attestation::Evidence evidence;
    attestation::Collateral collateral;
    attestation::Transcript transcript;
    std::string appraisalJson;
    UtcMillis appraisedAt;
};

/// A person's keys on this computer.
struct StoredIdentity {
    Uuid member;
    SecretBytes signingKeyPkcs8;
    SecretBytes hpkeKey;        ///< X25519 raw, or empty.
    Bytes certificateDer;
};

/// The encrypted store of one computer (trust protocol, section 8): SQLCipher under a random 256-bit key, which
/// Argon2id(passphrase) wraps in a key-slot file beside it ("<vault>.slots"). Not thread-safe: one owner.
class Vault {
public:
    /// True when this program's SQLite is SQLCipher; everything below refuses otherwise.
    static Result<void> selfTest();
    /// Refuses to overwrite. Nothing is left behind on failure.
    static Result<Vault> create(const std::filesystem::path& file, const SecretBytes& passphrase, PassphraseCost cost,
                                const RandomSource& random);
    /// Untrusted: wrong passphrase. Malformed: not a vault, a plaintext database, or made by a newer build.
    static Result<Vault> open(const std::filesystem::path& file, const SecretBytes& passphrase);

    Vault(Vault&&) noexcept;
    Vault& operator=(Vault&&) noexcept;
    ~Vault();

    /// True when `passphrase` opens this vault: asked again before a decision is signed.
    [[nodiscard]] bool confirms(const SecretBytes& passphrase) const;

    Result<void> putEnvelope(const StoredEnvelope& stored);
    /// Oldest first; all kinds when `kind` is empty.
    [[nodiscard]] Result<std::vector<StoredEnvelope>> envelopes(const Uuid& study, const std::string& kind) const;
    [[nodiscard]] Result<std::vector<Uuid>> studies() const;

    /// Durable when it returns. The sequence must be the study's next one, or an event already stored with equal bytes.
    Result<void> appendEvent(const study::StudyEvent& event);
    [[nodiscard]] Result<std::vector<study::StudyEvent>> events(const Uuid& study, std::uint64_t afterSequence) const;

    Result<void> putEvidence(const StoredEvidence& stored);
    [[nodiscard]] Result<std::optional<StoredEvidence>> latestEvidence(const Uuid& study, const Uuid& site) const;

    Result<void> putIdentity(const StoredIdentity& identity);
    [[nodiscard]] Result<std::vector<StoredIdentity>> identities() const;

    Result<void> putSetting(const std::string& name, const std::string& value);
    [[nodiscard]] Result<std::optional<std::string>> setting(const std::string& name) const;

private:
    struct Impl;
    explicit Vault(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace quorate::vault
