// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/secret_bytes.h"
#include "core/crypto/ecdsa.h"

namespace quorate {

/// One token that a PKCS #11 module shows (PKCS #11 v2.40, CK_TOKEN_INFO). Model and serial number tell tokens apart;
/// the label is for people.
struct TokenInfo {
    std::string label;
    std::string model;
    std::string serial;
    bool fewTriesLeft = false;  ///< A wrong PIN has been given since the last right one.
    bool lastTry = false;       ///< The next wrong PIN locks the token.
    bool locked = false;
    bool operator==(const TokenInfo&) const = default;
};

/// A P-256 key pair of a token whose private half can sign.
struct TokenKeyInfo {
    std::string label;
    Bytes id;  ///< CKA_ID.
    PublicKey publicKey;
};

/// A token, unlocked with its PIN. The keys that it gave out keep it open. Thread-safe: one call at a time reaches the module.
class Token {
public:
    /// The initialised tokens of the module's slots. Unavailable when the module is not there, Malformed when the file is no
    /// PKCS #11 module.
    static Result<std::vector<TokenInfo>> list(const std::filesystem::path& module);
    /// Unavailable: no module, no such token, or the token is locked. Untrusted: wrong PIN; the message says what the token
    /// tells of the tries that are left (PKCS #11 gives no number).
    static Result<Token> open(const std::filesystem::path& module, const std::string& serial, const SecretBytes& pin);

    [[nodiscard]] const std::string& label() const;
    [[nodiscard]] Result<std::vector<TokenKeyInfo>> keys() const;
    /// A signer whose private key stays on the token. Unavailable when the token has no private key for `key`. It signs with
    /// Unavailable once the token is gone; a token that comes back must be opened anew.
    [[nodiscard]] Result<std::shared_ptr<const Signer>> signer(const PublicKey& key) const;

private:
    class Session;
    class Key;
    explicit Token(std::shared_ptr<Session> session) : m_session(std::move(session)) {}
    std::shared_ptr<Session> m_session;
};

}  // namespace quorate
