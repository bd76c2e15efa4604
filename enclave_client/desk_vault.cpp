// SPDX-License-Identifier: GPL-3.0-or-later
// The desk's worker and its vault: who signs, what the owner asks of it, when it is locked.
#include <algorithm>
#include <charconv>

#include "core/crypto/token.h"
#include "core/vault/membership.h"
#include "enclave_client/desk_worker.h"

namespace quorate {
namespace {

constexpr const char* kIdleSetting = "lock.idle-minutes";
constexpr const char* kBackupSetting = "vault.last-backup";
constexpr std::chrono::minutes kLongestIdle{60};

}  // namespace

void RemoteDesk::Worker::signEntriesAs(const study::Member& member)
{
    m_vault.actAs({member.id, member.name, study::nameOf(member.role), m_options.offsetMinutes});
}

void RemoteDesk::Worker::beginSigning()
{
    m_signing.emplace(m_status.me.id, m_status.idleLock, [this](const SecretBytes& passphrase) { return m_vault.confirms(passphrase); });
    showSigning();
}

void RemoteDesk::Worker::showSigning()
{
    const UtcMillis now = m_clock();
    m_status.signsUntil.reset();
    if (m_signing && !m_signing->needsIdentity(toSeconds(now))) m_status.signsUntil = now + m_status.idleLock;
    m_dirty = true;
}

Result<study::SigningPermit> RemoteDesk::Worker::authorise(const std::optional<Uuid>& identity, const SecretBytes& passphrase)
{
    if (m_status.locked || !m_signing) return fail(ErrorKind::Unavailable, "the vault is locked, or nobody acts");
    TRY(requireStanding());
    auto permit = m_signing->authorise(identity, passphrase, toSeconds(m_clock()));
    showSigning();
    return permit;
}

Result<void> RemoteDesk::Worker::recordDecision(vault::Decision decision)
{
    decision.study = m_package.protocol.id;
    decision.digests["protocol"] = m_package.protocolDigest;
    decision.digests["policy"] = m_package.policyDigest;
    decision.digests["reference-values"] = m_package.referenceValuesDigest;
    TRY(m_vault.recordDecision(decision));
    m_signDue = true;
    m_cosignDue = true;
    return {};
}

MemberSession::BeforeSending RemoteDesk::Worker::recordsSigned(study::SigningPermit permit, vault::Decision decision)
{
    return [this, member = permit.member(), decision = std::move(decision)](const dsse::Envelope& signedObject) mutable -> Result<void> {
        // Connecting may have taken a while, and the demo may act as another by now.
        if (member != m_status.me.id) return fail(ErrorKind::Untrusted, "another member acts than the one who was asked");
        decision.digests["signed"] = signedObject.payloadDigest();
        return recordDecision(std::move(decision));
    };
}

void RemoteDesk::Worker::touch()
{
    if (!m_signing || !m_status.signsUntil) return;
    m_signing->touch(toSeconds(m_clock()));
    showSigning();
}

Result<VaultInfo> RemoteDesk::Worker::vaultInfo()
{
    TRY_ASSIGN(head, m_vault.head());
    TRY_ASSIGN(backup, m_vault.setting(kBackupSetting));
    TRY_ASSIGN(keystore, vault::Vault::keystoreNameOf(m_options.vaultFile));
    VaultInfo out;
    out.file = m_options.vaultFile.string();
    std::error_code unreadable;
    const auto size = std::filesystem::file_size(m_options.vaultFile, unreadable);
    if (!unreadable) out.sizeBytes = size;
    out.fileFormat = m_vault.fileFormat();
    out.logEntries = head.size;
    if (keystore) out.keystore = KeystoreState::Opens;
    if (backup) {
        TRY_ASSIGN(at, parseRfc3339(*backup));
        out.lastBackup = at;
    }
    out.damage = m_vault.damage();
    out.readOnlyBecause = m_vault.readOnlyBecause();
    TRY_ASSIGN(token, signingToken());
    out.token = std::move(token);
    return out;
}

Result<void> RemoteDesk::Worker::backUp(const std::string& file)
{
    TRY(m_vault.backUp(file));
    return m_vault.putSetting(kBackupSetting, formatRfc3339(toSeconds(m_clock())));
}

Result<std::string> RemoteDesk::Worker::restoreBackup(const std::string& backup, const std::string& file, const SecretBytes& passphrase) const
{
    if (m_status.locked) return fail(ErrorKind::Unavailable, "the vault is locked");
    TRY_ASSIGN(restored, vault::Vault::restore(backup, file, passphrase, {m_clock, m_random}));
    return restored.readOnlyBecause();
}

Result<std::optional<SigningToken>> RemoteDesk::Worker::signingToken()
{
    TRY_ASSIGN(membership, vault::Membership::of(m_vault, {m_clock, m_random}, m_options.offsetMinutes));
    const auto known = membership.known();
    // A vault that belongs to no consortium, the demo's among them, has its keys elsewhere.
    if (!known || !known->token) return std::optional<SigningToken>();
    SigningToken out{known->token->serial, {}};
    const auto tokens = Token::list(known->token->module);
    if (!tokens) {
        out.problem = tokens.error();
    } else if (std::none_of(tokens->begin(), tokens->end(), [&](const TokenInfo& token) { return token.serial == out.serial && !token.locked; })) {
        out.problem = Error{ErrorKind::Unavailable, "no unlocked token with serial number \"" + out.serial + "\" is there; put it in"};
    }
    return std::optional(std::move(out));
}

Result<void> RemoteDesk::Worker::readIdleLock()
{
    TRY_ASSIGN(text, m_vault.setting(kIdleSetting));
    if (!text) return {};
    int minutes = 0;
    const auto parsed = std::from_chars(text->data(), text->data() + text->size(), minutes);
    if (parsed.ec != std::errc() || minutes < 1 || minutes > kLongestIdle.count()) return {};
    m_status.idleLock = std::chrono::minutes(minutes);
    if (m_me != nullptr) beginSigning();
    return {};
}

Result<void> RemoteDesk::Worker::setIdleLock(std::chrono::minutes after)
{
    if (after < std::chrono::minutes(1) || after > kLongestIdle) {
        return fail(ErrorKind::Malformed, "idle lock is after " + std::to_string(after.count()) + " minutes, want 1 to 60");
    }
    TRY(m_vault.putSetting(kIdleSetting, std::to_string(after.count())));
    m_status.idleLock = after;
    // A limit that another one was told ends the session.
    if (m_me != nullptr) beginSigning();
    return {};
}

void RemoteDesk::Worker::lockVault()
{
    if (m_status.locked) return;
    disconnect();
    if (m_signing) m_signing->lock();
    showSigning();
    (void)signHead();
    m_vault.lock();
    m_status.locked = true;
    say(Connection::Offline, {});
}

Result<void> RemoteDesk::Worker::unlockVault(const SecretBytes& passphrase)
{
    if (!m_status.locked) return {};
    TRY(m_vault.unlock(passphrase));
    m_status.locked = false;
    m_nextAttempt = {};
    say(Connection::Offline, m_vault.readOnlyBecause());
    return {};
}

}  // namespace quorate
