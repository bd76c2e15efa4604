// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/base/secret_bytes.h"
#include "core/study/roster.h"

namespace quorate::study {

/// What a signature says (21 CFR 11.50(a)(3)); ui/text has the words.
enum class SignatureMeaning { Approved, Refused, Requested, Stopped, Resumed, Published, Released };

/// What is shown wherever a signed object is shown (21 CFR 11.50). Name and time are bound to the signature (11.70): the time is
/// in the signed bytes, the name in the roster, whose digest the protocol names.
struct SignatureManifestation {
    std::string printedName;
    UtcSeconds signedAt;
    SignatureMeaning meaning = SignatureMeaning::Approved;
    bool operator==(const SignatureManifestation&) const = default;
};
/// Untrusted when the object names another member than its signer. Malformed when the member has no printed name.
Result<SignatureManifestation> manifestationFor(const Member& signer, const Uuid& named, UtcSeconds signedAt, SignatureMeaning meaning);

/// Leave to sign once, made by SigningSession only. Moves, never copies.
class SigningPermit {
public:
    SigningPermit(SigningPermit&&) = default;
    SigningPermit& operator=(SigningPermit&&) = default;
    SigningPermit(const SigningPermit&) = delete;
    SigningPermit& operator=(const SigningPermit&) = delete;
    [[nodiscard]] const Uuid& member() const { return m_member; }

private:
    friend class SigningSession;
    explicit SigningPermit(Uuid member) : m_member(member) {}
    Uuid m_member;
};

/// One continuous period in which one person signs (21 CFR 11.200(a)(1)): both components, who one is and the passphrase, at
/// the first signature; the passphrase alone at those that follow. It ends when it is locked, when it has been idle for the
/// limit, at a wrong passphrase, and when somebody else is named. Not thread-safe.
class SigningSession {
public:
    /// `confirms` says whether a passphrase is that of the member whose keys these are (Vault::confirms).
    SigningSession(Uuid member, std::chrono::seconds idleLimit, std::function<bool(const SecretBytes&)> confirms);

    /// Whether the next signature needs the identity besides the passphrase.
    [[nodiscard]] bool needsIdentity(UtcSeconds now) const;
    /// PolicyRefused when the identity is wanted and not given; Untrusted for another identity or a wrong passphrase, after
    /// either of which both are wanted again.
    Result<SigningPermit> authorise(const std::optional<Uuid>& identity, const SecretBytes& passphrase, UtcSeconds now);
    /// The computer was used: the idle time begins anew. Nothing in a session that has ended.
    void touch(UtcSeconds now);
    void lock() { m_lastUse.reset(); }

private:
    Uuid m_member;
    std::chrono::seconds m_idleLimit;
    std::function<bool(const SecretBytes&)> m_confirms;
    std::optional<UtcSeconds> m_lastUse;  ///< Empty before the first signature, and once the session has ended.
};

}  // namespace quorate::study
