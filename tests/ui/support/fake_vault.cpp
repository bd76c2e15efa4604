// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/fake_desk.h"

namespace quorate::tests {

FakeDesk::Vault& FakeDesk::openVault()
{
    m_vaultOpen = true;
    m_vault.shown = {"/home/someone/vault.db", 524288, 3, 412, KeystoreState::Absent, {}, {}, {}, {}};
    notify();
    return m_vault;
}

PendingCall FakeDesk::Vault::finish(Completion<void> done, bool right, std::function<void()> change)
{
    if (!m_desk.m_answers.empty()) return m_desk.answer(std::move(done));
    auto state = std::make_shared<PendingCall::State>();
    m_desk.m_executor.post([this, state, right, done = std::move(done), change = std::move(change)] {
        if (right) {
            change();
            m_desk.notify();
        }
        if (state->abandoned) return;
        if (right) done({});
        else done(fail(ErrorKind::Untrusted, "passphrase is wrong"));
    });
    return PendingCall(state);
}

PendingCall FakeDesk::Vault::info(Completion<VaultInfo> done)
{
    auto state = std::make_shared<PendingCall::State>();
    m_desk.m_executor.post([this, state, done = std::move(done)] {
        if (!state->abandoned) done(shown);
    });
    return PendingCall(state);
}

PendingCall FakeDesk::Vault::changePassphrase(SecretBytes current, SecretBytes next, double, Completion<void> done)
{
    return finish(std::move(done), current.equals(asBytes(passphrase)), [this, to = std::string(asText(next.expose()))] { passphrase = to; });
}

PendingCall FakeDesk::Vault::backUp(std::string file, Completion<void> done)
{
    return finish(std::move(done), true, [this, file] { backups.push_back(file); });
}

PendingCall FakeDesk::Vault::restore(std::string backup, std::string file, SecretBytes typed, Completion<std::string> done)
{
    const bool right = typed.equals(asBytes(passphrase));
    return finish([this, done = std::move(done)](Result<void> copied) { copied ? done(gap) : done(tl::unexpected(copied.error())); }, right,
                  [this, both = backup + " > " + file] { restored.push_back(both); });
}

PendingCall FakeDesk::Vault::rotateKey(SecretBytes typed, Completion<void> done)
{
    return finish(std::move(done), typed.equals(asBytes(passphrase)), [this] { ++rotations; });
}

PendingCall FakeDesk::Vault::addKeystore(SecretBytes typed, Completion<void> done)
{
    return finish(std::move(done), typed.equals(asBytes(passphrase)), [this] { shown.keystore = KeystoreState::Opens; });
}

PendingCall FakeDesk::Vault::removeKeystore(Completion<void> done)
{
    return finish(std::move(done), true, [this] { shown.keystore = KeystoreState::Ready; });
}

PendingCall FakeDesk::Vault::setIdleLock(std::chrono::minutes after, Completion<void> done)
{
    return finish(std::move(done), true, [this, after] { m_desk.m_status.idleLock = after; });
}

PendingCall FakeDesk::Vault::lock(Completion<void> done)
{
    return finish(std::move(done), true, [this] { m_desk.m_status.locked = true; });
}

PendingCall FakeDesk::Vault::unlock(SecretBytes typed, Completion<void> done)
{
    return finish(std::move(done), typed.equals(asBytes(passphrase)), [this] { m_desk.m_status.locked = false; });
}

}  // namespace quorate::tests
