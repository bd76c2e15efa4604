// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/keystore.h"

namespace quorate::desktop {

/// The keystore of the person who is logged in, through QtKeychain: Secret Service or KWallet, the macOS keychain, the
/// Windows credential store. Never a file of its own: without a keystore it is Unavailable. Calls and completions on the
/// thread of Qt's event loop.
class QtKeystore final : public KeystorePort {
public:
    PendingCall store(const std::string& name, const SecretBytes& key, Completion<void> done) override;
    PendingCall fetch(const std::string& name, Completion<SecretBytes> done) override;
    PendingCall remove(const std::string& name, Completion<void> done) override;
};

}  // namespace quorate::desktop
