// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "core/vault/files.h"
#include "core/vault/membership.h"

namespace quorate::cli {

/// What `identity` is told about vault and token.
struct IdentityAccess {
    std::string vault;
    std::string passphraseFile;
    std::string module;       ///< PKCS #11; empty: keys in the vault.
    std::string tokenSerial;  ///< Empty: the only token there is.
    std::string keyLabel;
    std::string pinFile;
};

/// An open vault with its owner's membership.
struct IdentitySession {
    std::unique_ptr<vault::Vault> vault;
    std::unique_ptr<vault::Membership> membership;
    std::shared_ptr<const Signer> onToken;  ///< The owner's key, once a step has opened its token.

    static Result<IdentitySession> open(const IdentityAccess& access);
    /// Puts what a step did under the owner's signature, where the owner's key is at hand.
    Result<void> close();
};

/// For a new identity: what the options name of a token, or keys of the vault's own.
Result<vault::NewKeys> newKeys(const IdentityAccess& access);
/// Opens the token that the owner's key was bound to, into `session.onToken`; nothing when the key is in the vault.
Result<void> openBoundToken(const IdentityAccess& access, IdentitySession& session);

/// A file that a step will write. It is claimed before the step, so that a step that cannot hand over its outcome is not
/// done, and goes again with a step that fails.
class OutputFile {
public:
    /// StorageFailed where something is already.
    Result<void> claim(const std::string& path);
    Result<void> write(const std::string& text);

private:
    std::string m_path;
    vault::RemoveOnFailure m_cleanup;
};

/// Groups of five digits as study::fingerprintOf writes them, from however a person typed them.
std::string normalFingerprint(const std::string& typed);

}  // namespace quorate::cli
