// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/vault_side.h"

namespace quorate {
namespace {

constexpr const char* kProbe = "quorate.probe";
constexpr std::size_t kKeystoreKeyBytes = 32;
constexpr std::size_t kNameBytes = 8;

}  // namespace

RemoteDesk::VaultSide::VaultSide(Worker& worker, Executor& executor, KeystorePort* keystore, RandomSource random)
    : m_worker(worker), m_executor(executor), m_keystore(keystore), m_random(std::move(random))
{
    if (m_keystore == nullptr) m_keystoreThere = false;
}

PendingCall RemoteDesk::VaultSide::askWorker(Completion<VaultInfo> done)
{
    return m_worker.call([](Worker& worker) { return worker.vaultInfo(); }, Completion<VaultInfo>([this, done](Result<VaultInfo> info) {
                             if (info && info->keystore == KeystoreState::Absent && m_keystoreThere.value_or(false)) {
                                 info->keystore = KeystoreState::Ready;
                             }
                             done(std::move(info));
                         }));
}

PendingCall RemoteDesk::VaultSide::info(Completion<VaultInfo> done)
{
    if (m_keystoreThere) return askWorker(std::move(done));
    auto state = std::make_shared<PendingCall::State>();
    m_keystoreCall = m_keystore->fetch(kProbe, [this, state, done = std::move(done)](Result<SecretBytes> answer) {
        m_keystoreThere = answer || answer.error().kind != ErrorKind::Unavailable;
        if (state->abandoned) return;
        m_workerCall = askWorker([state, done](Result<VaultInfo> info) {
            if (!state->abandoned) done(std::move(info));
        });
    });
    return PendingCall(std::move(state));
}

PendingCall RemoteDesk::VaultSide::changePassphrase(SecretBytes current, SecretBytes next, double unlockMs, Completion<void> done)
{
    const auto both = std::make_shared<std::pair<SecretBytes, SecretBytes>>(std::move(current), std::move(next));
    return m_worker.call(
        [both, unlockMs](Worker& worker) -> Result<void> {
            TRY_ASSIGN(cost, vault::calibrate(unlockMs, vault::measurePassphraseMs));
            return worker.vault().changePassphrase(both->first, both->second, cost);
        },
        std::move(done));
}

PendingCall RemoteDesk::VaultSide::backUp(std::string file, Completion<void> done)
{
    return m_worker.call([file = std::move(file)](Worker& worker) { return worker.backUp(file); }, std::move(done));
}

PendingCall RemoteDesk::VaultSide::restore(std::string backup, std::string file, SecretBytes passphrase, Completion<std::string> done)
{
    const auto shared = std::make_shared<SecretBytes>(std::move(passphrase));
    return m_worker.call<std::string>(
        [backup = std::move(backup), file = std::move(file), shared](Worker& worker) { return worker.restoreBackup(backup, file, *shared); },
        std::move(done));
}

template <typename Step>
PendingCall RemoteDesk::VaultSide::callAndForget(Step step, Completion<void> done)
{
    const auto name = std::make_shared<std::optional<std::string>>();
    return m_worker.call(
        [step = std::move(step), name](Worker& worker) -> Result<void> {
            TRY_ASSIGN(held, vault::Vault::keystoreNameOf(worker.vaultFile()));
            *name = held;
            return step(worker);
        },
        Completion<void>([this, name, done = std::move(done)](Result<void> result) {
            if (result && *name) forget(**name);
            done(std::move(result));
        }));
}

PendingCall RemoteDesk::VaultSide::rotateKey(SecretBytes passphrase, Completion<void> done)
{
    const auto shared = std::make_shared<SecretBytes>(std::move(passphrase));
    return callAndForget([shared](Worker& worker) { return worker.vault().rotateKey(*shared); }, std::move(done));
}

PendingCall RemoteDesk::VaultSide::removeKeystore(Completion<void> done)
{
    return callAndForget([](Worker& worker) { return worker.vault().removeKeystore(); }, std::move(done));
}

void RemoteDesk::VaultSide::forget(const std::string& name)
{
    // A key that stays behind opens nothing: the slot that it was for is gone.
    if (m_keystore != nullptr) m_keystoreCall = m_keystore->remove(name, [](Result<void>) {});
}

PendingCall RemoteDesk::VaultSide::failLater(Error error, Completion<void> done)
{
    auto state = std::make_shared<PendingCall::State>();
    m_executor.post([state, error = std::move(error), done = std::move(done)] {
        if (!state->abandoned) done(tl::unexpected(error));
    });
    return PendingCall(std::move(state));
}

PendingCall RemoteDesk::VaultSide::addKeystore(SecretBytes passphrase, Completion<void> done)
{
    if (m_keystore == nullptr) return failLater({ErrorKind::Unavailable, "this computer has no keystore"}, std::move(done));
    auto made = randomSecret(m_random, kKeystoreKeyBytes);
    auto suffix = randomSecret(m_random, kNameBytes);
    if (!made || !suffix) return failLater({ErrorKind::Internal, "no random bytes"}, std::move(done));
    const std::string name = "quorate.vault." + toHex(suffix->expose());
    const auto key = std::make_shared<SecretBytes>(std::move(*made));
    const auto secret = std::make_shared<SecretBytes>(std::move(passphrase));
    auto state = std::make_shared<PendingCall::State>();
    // The keystore first: a slot without its key would open nothing.
    m_keystoreCall = m_keystore->store(name, *key, [this, name, key, secret, state, done = std::move(done)](Result<void> stored) {
        if (stored) {
            addSlot(secret, key, name, state, done);
        } else if (!state->abandoned) {
            done(std::move(stored));
        }
    });
    return PendingCall(std::move(state));
}

void RemoteDesk::VaultSide::addSlot(std::shared_ptr<SecretBytes> passphrase, std::shared_ptr<SecretBytes> key, const std::string& name,
                                    std::shared_ptr<PendingCall::State> state, Completion<void> done)
{
    m_workerCall = m_worker.call(
        [passphrase, key, name](Worker& worker) { return worker.vault().addKeystore(*passphrase, *key, name); },
        Completion<void>([this, name, state, done = std::move(done)](Result<void> added) {
            if (!added) forget(name);
            if (!state->abandoned) done(std::move(added));
        }));
}

PendingCall RemoteDesk::VaultSide::setIdleLock(std::chrono::minutes after, Completion<void> done)
{
    return m_worker.call([after](Worker& worker) { return worker.setIdleLock(after); }, std::move(done));
}

PendingCall RemoteDesk::VaultSide::lock(Completion<void> done)
{
    return m_worker.call(
        [](Worker& worker) -> Result<void> {
            worker.lockVault();
            return {};
        },
        std::move(done));
}

PendingCall RemoteDesk::VaultSide::unlock(SecretBytes passphrase, Completion<void> done)
{
    const auto shared = std::make_shared<SecretBytes>(std::move(passphrase));
    return m_worker.call([shared](Worker& worker) { return worker.unlockVault(*shared); }, std::move(done));
}

void RemoteDesk::VaultSide::touch()
{
    m_worker.enqueue([](Worker& worker) { worker.touch(); });
}

}  // namespace quorate
