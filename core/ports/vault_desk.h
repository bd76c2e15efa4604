// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/pending_call.h"
#include "core/base/secret_bytes.h"
#include "core/vault/damage.h"

namespace quorate {

/// The operating system's keystore, as this computer has it now.
enum class KeystoreState {
    Absent,   ///< None was built in, none runs, or it is locked.
    Ready,    ///< There is one; it does not open this vault.
    Opens,    ///< It holds a key that opens this vault.
};

/// The PKCS #11 token that the owner's signing key is on.
struct SigningToken {
    std::string serial;
    std::optional<Error> problem;            ///< Why it cannot sign now; empty: it is there.
    bool operator==(const SigningToken&) const = default;
};

/// What the vault's owner may know of it without opening anything.
struct VaultInfo {
    std::string file;                        ///< Path.
    std::uint64_t sizeBytes = 0;             ///< Of the file.
    unsigned fileFormat = 0;                 ///< SQLCipher's.
    std::uint64_t logEntries = 0;
    KeystoreState keystore = KeystoreState::Absent;
    std::optional<UtcMillis> lastBackup;     ///< As the log says; the copy may be gone.
    std::vector<vault::Damage> damage;
    std::string readOnlyBecause;             ///< Empty where the vault takes changes.
    std::optional<SigningToken> token;       ///< Empty: the signing key is in the vault.
};

/// The vault as its owner looks after it; asynchronous as StudyDesk, and on the same executor. DeskStatus says whether it is
/// locked. While it is, everything here but unlock() fails with Unavailable.
class VaultDesk {
public:
    virtual ~VaultDesk() = default;

    [[nodiscard]] virtual PendingCall info(Completion<VaultInfo> done) = 0;
    /// `unlockMs` is what the new passphrase's derivation shall take on this computer. Untrusted: `current` is wrong.
    [[nodiscard]] virtual PendingCall changePassphrase(SecretBytes current, SecretBytes next, double unlockMs, Completion<void> done) = 0;
    /// Writes a copy where nothing may be yet, and compares it with the vault.
    [[nodiscard]] virtual PendingCall backUp(std::string file, Completion<void> done) = 0;
    /// Copies a backup to `file`, where nothing may be yet; this vault stays as it is. `passphrase` is the backup's. Why the
    /// copy would take no change, with the gap; empty where it is whole.
    [[nodiscard]] virtual PendingCall restore(std::string backup, std::string file, SecretBytes passphrase, Completion<std::string> done) = 0;
    /// Encrypts everything under a new key; the keystore's slot goes.
    [[nodiscard]] virtual PendingCall rotateKey(SecretBytes passphrase, Completion<void> done) = 0;
    [[nodiscard]] virtual PendingCall addKeystore(SecretBytes passphrase, Completion<void> done) = 0;
    [[nodiscard]] virtual PendingCall removeKeystore(Completion<void> done) = 0;
    /// From 1 to 60 minutes; Malformed for others. Kept in the vault.
    [[nodiscard]] virtual PendingCall setIdleLock(std::chrono::minutes after, Completion<void> done) = 0;
    /// Closes the vault, ends the signing session and the connection.
    [[nodiscard]] virtual PendingCall lock(Completion<void> done) = 0;
    /// Untrusted: wrong passphrase.
    [[nodiscard]] virtual PendingCall unlock(SecretBytes passphrase, Completion<void> done) = 0;
    /// The person is at work: the signing session stays. At most a few times a minute.
    virtual void touch() = 0;
};

}  // namespace quorate
