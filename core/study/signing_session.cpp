// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/signing_session.h"

namespace quorate::study {

Result<SignatureManifestation> manifestationFor(const Member& signer, const Uuid& named, UtcSeconds signedAt, SignatureMeaning meaning)
{
    if (signer.id != named) return fail(ErrorKind::Untrusted, "the object names another member than the one who signed it");
    if (signer.name.empty()) return fail(ErrorKind::Malformed, "the signer has no printed name");
    return SignatureManifestation{signer.name, signedAt, meaning};
}

SigningSession::SigningSession(Uuid member, std::chrono::seconds idleLimit, std::function<bool(const SecretBytes&)> confirms)
    : m_member(member), m_idleLimit(idleLimit), m_confirms(std::move(confirms))
{
}

bool SigningSession::needsIdentity(UtcSeconds now) const
{
    // A clock that was put back ends the session as well: how long it has been idle is unknown then.
    return !m_lastUse || now < *m_lastUse || now - *m_lastUse >= m_idleLimit;
}

Result<SigningPermit> SigningSession::authorise(const std::optional<Uuid>& identity, const SecretBytes& passphrase, UtcSeconds now)
{
    const bool first = needsIdentity(now);
    m_lastUse.reset();
    if (first && !identity) return fail(ErrorKind::PolicyRefused, "the first signature of a session needs who signs and the passphrase");
    if (identity && *identity != m_member) return fail(ErrorKind::Untrusted, "these keys belong to another member");
    if (!m_confirms(passphrase)) return fail(ErrorKind::Untrusted, "the passphrase is wrong; the next signature needs who signs and the passphrase");
    m_lastUse = now;
    return SigningPermit(m_member);
}

void SigningSession::touch(UtcSeconds now)
{
    if (!needsIdentity(now)) m_lastUse = now;
}

}  // namespace quorate::study
