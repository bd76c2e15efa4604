// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/base/pending_call.h"
#include "core/base/secret_bytes.h"

namespace quorate {

/// The operating system's keystore of the person who is logged in. It holds random 32-byte keys under names; a vault's
/// second slot is wrapped under one of them (docs/formats/vault.md).
class KeystorePort {
public:
    virtual ~KeystorePort() = default;
    /// Replaces what the name held. Unavailable where there is no keystore, or it is locked.
    virtual PendingCall store(const std::string& name, const SecretBytes& key, Completion<void> done) = 0;
    /// Malformed where the name holds nothing, or no key.
    virtual PendingCall fetch(const std::string& name, Completion<SecretBytes> done) = 0;
    virtual PendingCall remove(const std::string& name, Completion<void> done) = 0;
};

}  // namespace quorate
