// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/attestation/appraisal.h"
#include "core/audit/checkpoint.h"
#include "core/audit/log.h"
#include "core/base/random.h"
#include "core/base/secret_bytes.h"
#include "core/crypto/dsse.h"
#include "core/study/events.h"
#include "core/study/version_rule.h"
#include "core/vault/damage.h"
#include "core/vault/key_slots.h"
#include "core/vault/ledger.h"

namespace quorate::vault {

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

/// The highest version of a signed object that this computer has accepted.
struct SeenVersion {
    std::string kind;             ///< study::kinds: roster, policy, ...
    Uuid scope;                   ///< The study, or zero for what belongs to the whole consortium.
    study::ObjectVersion object;
    bool operator==(const SeenVersion&) const = default;
};

/// A decision of a person, as the log keeps it.
struct Decision {
    audit::EventKind kind = audit::EventKind::ParticipationSigned;
    Uuid study;
    Uuid site;
    std::string subject;                      ///< Stable identifier, as the kind says.
    std::string reason;                       ///< As typed.
    std::string meaning;                      ///< Of the signature: "approval", "refusal", ...
    std::map<std::string, Digest32> digests;  ///< All that it rests on.
};

/// The encrypted store of one computer (trust protocol, sections 7 and 8): SQLCipher under a random 256-bit key, which
/// Argon2id(passphrase) wraps in a key-slot file beside it ("<vault>.slots"). Every change is written together with its
/// entry of the audit log, and every row is checked against the log when the vault opens. One that does not hold opens
/// read-only: damage() says what and where, and what changes something fails with Untrusted. Not thread-safe: one owner.
class Vault {
public:
    /// What a vault needs from outside.
    struct Sources {
        Clock clock;
        RandomSource random;
    };

    /// True when this program's SQLite is SQLCipher; everything below refuses otherwise.
    static Result<void> selfTest();
    /// Refuses to overwrite. Nothing is left behind on failure.
    static Result<Vault> create(const std::filesystem::path& file, const SecretBytes& passphrase, PassphraseCost cost, Sources sources);
    /// Untrusted: wrong passphrase, or a key-slot file of another vault. Malformed: not a vault, damaged at a page, a
    /// plaintext database, or made by a newer build. Unavailable: open elsewhere.
    static Result<Vault> open(const std::filesystem::path& file, const SecretBytes& passphrase, Sources sources);
    /// The same by the key that the operating system's keystore holds under keystoreNameOf().
    static Result<Vault> openByKeystore(const std::filesystem::path& file, const SecretBytes& keystoreKey, Sources sources);
    static Result<std::optional<std::string>> keystoreNameOf(const std::filesystem::path& file);
    /// Copies a backup to `file`, where nothing may be yet. Refuses a damaged backup. One that is older than the newest
    /// cosigned checkpoint beside `file` is restored, and opens read-only with the gap.
    static Result<Vault> restore(const std::filesystem::path& backup, const std::filesystem::path& file, const SecretBytes& passphrase,
                                 Sources sources);

    Vault(Vault&&) noexcept;
    Vault& operator=(Vault&&) noexcept;
    ~Vault();

    /// Empty: everything holds. Found when the vault opened, or by compareWith().
    [[nodiscard]] const std::vector<Damage>& damage() const;
    /// Why the vault takes no change, where it takes none; empty otherwise.
    [[nodiscard]] const std::string& readOnlyBecause() const;

    /// In whose name entries are written from now on.
    void actAs(Actor actor);

    /// Closes the file and wipes its key; everything below fails with Unavailable until unlock().
    void lock();
    [[nodiscard]] bool isLocked() const;
    /// As open(), and checks everything again.
    Result<void> unlock(const SecretBytes& passphrase);

    /// True when `passphrase` opens this vault: asked again before a decision is signed.
    [[nodiscard]] bool confirms(const SecretBytes& passphrase) const;
    /// Rewrites the key-slot file and no data. Untrusted: `current` is wrong.
    Result<void> changePassphrase(const SecretBytes& current, const SecretBytes& next, PassphraseCost cost);
    /// A second slot under a key that the caller puts into the keystore under `name`.
    Result<void> addKeystore(const SecretBytes& passphrase, const SecretBytes& keystoreKey, const std::string& name);
    Result<void> removeKeystore();
    /// A new database key: everything is encrypted again, in this build's file format. Whatever interrupts it, the vault
    /// opens as it was or as it will be. The keystore's slot goes. The passphrase stays.
    Result<void> rotateKey(const SecretBytes& passphrase);
    /// A consistent copy with its own key-slot file (same passphrase), compared with the vault after writing.
    Result<void> backUp(const std::filesystem::path& backup);
    /// SQLCipher's format of the file, and the one this build writes: rotateKey() brings the first to the second.
    [[nodiscard]] unsigned fileFormat() const;

    Result<void> putEnvelope(const StoredEnvelope& stored);
    /// Oldest first; all kinds when `kind` is empty.
    [[nodiscard]] Result<std::vector<StoredEnvelope>> envelopes(const Uuid& study, const std::string& kind) const;
    /// Without the zero id, under which what belongs to the whole consortium is kept.
    [[nodiscard]] Result<std::vector<Uuid>> studies() const;

    /// Durable when it returns. The sequence must be the study's next one, or an event already stored with equal bytes.
    Result<void> appendEvent(const study::StudyEvent& event);
    [[nodiscard]] Result<std::vector<study::StudyEvent>> events(const Uuid& study, std::uint64_t afterSequence) const;

    Result<void> putEvidence(const StoredEvidence& stored);
    [[nodiscard]] Result<std::optional<StoredEvidence>> latestEvidence(const Uuid& study, const Uuid& site) const;

    /// `how` the keys came here: IdentityCreated, IdentityImported, IdentityTokenBound, InvitationAccepted.
    Result<void> putIdentity(const StoredIdentity& identity, audit::EventKind how = audit::EventKind::IdentityImported);
    [[nodiscard]] Result<std::vector<StoredIdentity>> identities() const;

    Result<void> putSetting(const std::string& name, const std::string& value);
    [[nodiscard]] Result<std::optional<std::string>> setting(const std::string& name) const;

    /// Refuses as study::checkSuccession does, of which it keeps the newest.
    Result<void> raiseVersion(const SeenVersion& seen);
    [[nodiscard]] Result<std::optional<SeenVersion>> seenVersion(const std::string& kind, const Uuid& scope) const;

    /// Before the decision takes effect: where this fails, it must not.
    Result<void> recordDecision(const Decision& decision);
    /// An entry of another kind, without a row.
    Result<void> note(audit::Entry entry);

    /// The log's head, and its entries [begin, end).
    [[nodiscard]] Result<audit::Checkpoint> head() const;
    [[nodiscard]] Result<std::vector<audit::Entry>> entries(std::uint64_t begin, std::uint64_t end) const;
    [[nodiscard]] Result<audit::Proof> consistency(std::uint64_t size1, std::uint64_t size2) const;
    /// The log as it lies here, to be read through; until the vault is locked.
    [[nodiscard]] Result<const audit::LogStore*> log() const;
    /// Checks everything again, as opening does. `each` hears of every entry; its error ends the check and is the answer.
    /// Damage found is added to damage().
    Result<void> verify(const std::function<Result<void>(std::uint64_t entry)>& each);
    /// Signs the head and keeps the note, here and in "<vault>.witness".
    Result<audit::SignedCheckpoint> signHead(const PublicKey& key, const audit::NoteSign& sign);
    /// Adds a cosignature to the checkpoint kept for `size`, here and in "<vault>.witness".
    Result<void> addCosignature(std::uint64_t size, const audit::NoteSignature& cosignature, const audit::NoteKey& cosigner);
    [[nodiscard]] Result<std::optional<audit::SignedCheckpoint>> newestCheckpoint() const;
    /// Compares with a checkpoint that somebody else kept, whose signature the caller has verified. Damage found makes the
    /// vault read-only.
    Result<void> compareWith(const audit::SignedCheckpoint& checkpoint);

    static std::filesystem::path witnessPathFor(const std::filesystem::path& vault);

private:
    struct Impl;
    explicit Vault(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace quorate::vault
