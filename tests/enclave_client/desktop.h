// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include "core/ports/keystore.h"
#include "enclave_client/remote_desk.h"
#include "tests/services/support/small_consortium.h"
#include "tests/support/temporary_folder.h"

namespace quorate::tests {

inline SecretBytes passphrase(const char* text = "correct horse") { return SecretBytes::copyOf(asBytes(text)); }

/// A desktop's worth of desk: its vault file, its executor, and whoever sits before it.
struct Desktop {
    explicit Desktop(SmallConsortium& of) : consortium(of) {}

    void open(const std::string& service, std::vector<const Identity*> people)
    {
        const auto file = folder / "vault.db";
        auto vault = std::filesystem::exists(file) ? vault::Vault::open(file, passphrase(), {consortium.clock(), systemRandom()})
                                                   : vault::Vault::create(file, passphrase(), {8 * 1024, 1, 1},
                                                                         {consortium.clock(), systemRandom()});
        RemoteDeskOptions options{service, consortium.package, consortium.authority.certificate().publicKey(), consortium.anchors,
                                  std::move(people), true, 0, file, keystore};
        desk = RemoteDesk::open(std::move(options), std::move(vault.value()), executor, consortium.clock(), systemRandom()).value();
        executor.runFor(1000);
    }
    bool until(const std::function<bool()>& condition)
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) return false;
            executor.runFor(20);
        }
        return true;
    }
    bool becomes(Connection wanted)
    {
        return until([&] { return desk->status().connection == wanted; });
    }
    [[nodiscard]] std::shared_ptr<const StudySnapshot> shown() const { return desk->studies().at(0); }
    /// Runs one call of the desk to its end.
    template <typename T = void>
    Result<T> wait(const std::type_identity_t<std::function<PendingCall(Completion<T>)>>& start)
    {
        std::optional<Result<T>> out;
        const PendingCall call = start([&](Result<T> result) { out = std::move(result); });
        REQUIRE(until([&] { return out.has_value(); }));
        return *out;
    }
    template <typename T>
    Result<T> ask(const std::function<PendingCall(Completion<T>)>& start)
    {
        return wait<T>(start);
    }
    Result<void> approve(SecretBytes with)
    {
        return wait([&](Completion<void> done) {
            return desk->decideParticipation({consortium.study(), study::Decision::Approve, {}, "test", std::move(with), desk->status().me.id}, std::move(done));
        });
    }

    SmallConsortium& consortium;
    TemporaryFolder folder;
    KeystorePort* keystore = nullptr;
    ManualExecutor executor;
    std::unique_ptr<RemoteDesk> desk;
};

}  // namespace quorate::tests
