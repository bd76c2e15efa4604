// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "enclave_client/desk_worker.h"

namespace quorate {

/// VaultDesk over the desk's worker and the keystore. Lives on the executor's thread; the worker outlives its calls.
class RemoteDesk::VaultSide final : public VaultDesk {
public:
    VaultSide(Worker& worker, Executor& executor, KeystorePort* keystore, RandomSource random);

    PendingCall info(Completion<VaultInfo> done) override;
    PendingCall changePassphrase(SecretBytes current, SecretBytes next, double unlockMs, Completion<void> done) override;
    PendingCall backUp(std::string file, Completion<void> done) override;
    PendingCall restore(std::string backup, std::string file, SecretBytes passphrase, Completion<std::string> done) override;
    PendingCall rotateKey(SecretBytes passphrase, Completion<void> done) override;
    PendingCall addKeystore(SecretBytes passphrase, Completion<void> done) override;
    PendingCall removeKeystore(Completion<void> done) override;
    PendingCall setIdleLock(std::chrono::minutes after, Completion<void> done) override;
    PendingCall lock(Completion<void> done) override;
    PendingCall unlock(SecretBytes passphrase, Completion<void> done) override;
    void touch() override;

private:
    void addSlot(std::shared_ptr<SecretBytes> passphrase, std::shared_ptr<SecretBytes> key, const std::string& name,
                 std::shared_ptr<PendingCall::State> state, Completion<void> done);
    PendingCall askWorker(Completion<VaultInfo> done);
    PendingCall failLater(Error error, Completion<void> done);
    /// After `step` has taken the keystore's slot off the vault: what the keystore held under its name goes too.
    template <typename Step>
    PendingCall callAndForget(Step step, Completion<void> done);
    void forget(const std::string& name);

    Worker& m_worker;
    Executor& m_executor;
    KeystorePort* m_keystore;
    RandomSource m_random;
    std::optional<bool> m_keystoreThere;  ///< Asked for once: asking may make a locked keystore prompt.
    PendingCall m_keystoreCall;
    PendingCall m_workerCall;
};

}  // namespace quorate
