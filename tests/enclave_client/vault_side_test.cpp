// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/enclave_client/desktop.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

/// A keystore in memory that can be switched off. Answers at once, later, on the test's executor.
class MemoryKeystore final : public KeystorePort {
public:
    explicit MemoryKeystore(Executor& executor) : m_executor(executor) {}

    PendingCall store(const std::string& name, const SecretBytes& key, Completion<void> done) override
    {
        if (runs) keys.insert_or_assign(name, toBytes(key.expose()));
        return answer<void>(runs ? Result<void>() : missing(), std::move(done));
    }
    PendingCall fetch(const std::string& name, Completion<SecretBytes> done) override
    {
        auto state = std::make_shared<PendingCall::State>();
        m_executor.post([this, state, name, done = std::move(done)] {
            if (state->abandoned) return;
            if (!runs) done(missing());
            else if (!keys.contains(name)) done(fail(ErrorKind::Malformed, "nothing under this name"));
            else done(SecretBytes::copyOf(keys.at(name)));
        });
        return PendingCall(std::move(state));
    }
    PendingCall remove(const std::string& name, Completion<void> done) override
    {
        keys.erase(name);
        return answer<void>({}, std::move(done));
    }

    bool runs = true;
    std::map<std::string, Bytes> keys;

private:
    static tl::unexpected<Error> missing() { return fail(ErrorKind::Unavailable, "no keystore runs"); }
    template <typename T>
    PendingCall answer(Result<T> result, Completion<T> done)
    {
        auto state = std::make_shared<PendingCall::State>();
        m_executor.post([state, result, done = std::move(done)] {
            if (!state->abandoned) done(result);
        });
        return PendingCall(std::move(state));
    }
    Executor& m_executor;
};

/// A desk without a service: what is asked of the vault needs none.
struct Alone {
    Alone() : desktop(consortium), keystore(desktop.executor)
    {
        desktop.keystore = &keystore;
        desktop.open("", {&consortium.reviewers[0]});
    }
    [[nodiscard]] VaultDesk& vault() { return *desktop.desk->vault(); }
    Result<VaultInfo> info()
    {
        return desktop.wait<VaultInfo>([&](Completion<VaultInfo> done) { return vault().info(std::move(done)); });
    }
    Result<void> call(const std::function<PendingCall(VaultDesk&, Completion<void>)>& ask)
    {
        return desktop.wait([&](Completion<void> done) { return ask(vault(), std::move(done)); });
    }
    Result<void> lock()
    {
        return call([](VaultDesk& vault, auto done) { return vault.lock(done); });
    }
    Result<void> unlock(const char* with)
    {
        return call([with](VaultDesk& vault, auto done) { return vault.unlock(passphrase(with), done); });
    }
    Result<void> addKeystore(const char* with)
    {
        return call([with](VaultDesk& vault, auto done) { return vault.addKeystore(passphrase(with), done); });
    }

    SmallConsortium consortium;
    Desktop desktop;
    MemoryKeystore keystore;
};

}  // namespace

TEST_CASE("A locked vault shows no study and does nothing until its passphrase is given")
{
    Alone alone;
    REQUIRE(alone.desktop.desk->studies().size() == 1);
    REQUIRE(alone.lock());
    CHECK(alone.desktop.desk->status().locked);
    CHECK(alone.desktop.desk->studies().empty());
    REQUIRE_FALSE(alone.info());
    CHECK(alone.info().error().kind == ErrorKind::Unavailable);
    CHECK(alone.desktop.approve(passphrase()).error().kind == ErrorKind::Unavailable);

    const auto wrong = alone.unlock("wrong");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == ErrorKind::Untrusted);
    CHECK(alone.desktop.desk->studies().empty());
    REQUIRE(alone.unlock("correct horse"));
    CHECK_FALSE(alone.desktop.desk->status().locked);
    CHECK(alone.desktop.desk->studies().size() == 1);
    CHECK(alone.info());
}

TEST_CASE("The first signature of a session needs who signs; those that follow the passphrase alone; a lock ends the session")
{
    SmallConsortium consortium;
    const auto service = startService(consortium);
    publish(consortium, service);
    Desktop desktop(consortium);
    desktop.open(service.address, {&consortium.reviewers[0]});
    REQUIRE(desktop.becomes(Connection::Connected));
    const auto stop = [&](release::Revocation::Kind kind, std::optional<Uuid> identity) {
        return desktop.wait([&](Completion<void> done) {
            return desktop.desk->stop({consortium.study(), kind, "test", passphrase(), identity}, std::move(done));
        });
    };
    const Uuid me = consortium.reviewers[0].member.id;
    CHECK_FALSE(desktop.desk->status().signsUntil);
    const auto unnamed = stop(release::Revocation::Kind::Freeze, std::nullopt);
    REQUIRE_FALSE(unnamed);
    CHECK(unnamed.error().kind == ErrorKind::PolicyRefused);
    const auto another = stop(release::Revocation::Kind::Freeze, consortium.coordinator().member.id);
    REQUIRE_FALSE(another);
    CHECK(another.error().kind == ErrorKind::Untrusted);
    CHECK(service.events(consortium.study()).size() == 1);

    CHECK(desktop.approve(passphrase()));
    CHECK(desktop.desk->status().signsUntil);
    CHECK(stop(release::Revocation::Kind::Freeze, std::nullopt));

    const auto locked = desktop.wait([&](Completion<void> done) { return desktop.desk->vault()->lock(std::move(done)); });
    REQUIRE(locked);
    CHECK_FALSE(desktop.desk->status().signsUntil);
    REQUIRE(desktop.wait([&](Completion<void> done) { return desktop.desk->vault()->unlock(passphrase(), std::move(done)); }));
    REQUIRE(desktop.becomes(Connection::Connected));
    CHECK(stop(release::Revocation::Kind::Revoke, std::nullopt).error().kind == ErrorKind::PolicyRefused);
    CHECK(stop(release::Revocation::Kind::Revoke, me));
}

TEST_CASE("A backup is restored to a new file while the vault stays as it is; never over a file, and with its own passphrase only")
{
    Alone alone;
    const auto backup = (alone.desktop.folder / "backup.vault").string();
    const auto file = (alone.desktop.folder / "restored.vault").string();
    const auto restore = [&](const std::string& to, const char* with) {
        return alone.desktop.wait<std::string>(
            [&](Completion<std::string> done) { return alone.vault().restore(backup, to, passphrase(with), std::move(done)); });
    };
    CHECK(restore(file, "correct horse").error().kind == ErrorKind::Unavailable);
    REQUIRE(alone.call([&](VaultDesk& vault, auto done) { return vault.backUp(backup, done); }));
    CHECK(restore(file, "wrong").error().kind == ErrorKind::Untrusted);
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK(restore(file, "correct horse").value().empty());
    CHECK(restore(file, "correct horse").error().kind == ErrorKind::StorageFailed);
    CHECK(vault::Vault::open(file, passphrase(), {alone.consortium.clock(), systemRandom()})->damage().empty());
    CHECK(alone.info()->readOnlyBecause.empty());
    CHECK_FALSE(alone.info()->token);
    REQUIRE(alone.lock());
    CHECK(restore(file + ".2", "correct horse").error().kind == ErrorKind::Unavailable);
}

TEST_CASE("A session that was idle for the limit needs who signs again")
{
    Alone alone;
    REQUIRE(alone.call([](VaultDesk& vault, auto done) { return vault.setIdleLock(std::chrono::minutes(2), done); }));
    CHECK(alone.desktop.desk->status().idleLock == std::chrono::minutes(2));
    CHECK_FALSE(alone.desktop.approve(passphrase()));  // There is no service; it was authorised all the same.
    REQUIRE(alone.desktop.desk->status().signsUntil);
    alone.consortium.advance(std::chrono::seconds(100));
    const UtcMillis before = alone.consortium.clock()();
    alone.vault().touch();
    REQUIRE(alone.info());
    const UtcMillis until = *alone.desktop.desk->status().signsUntil;
    CHECK(until >= before + std::chrono::minutes(2));
    CHECK(until <= alone.consortium.clock()() + std::chrono::minutes(2));
    CHECK(alone.call([](VaultDesk& vault, auto done) { return vault.setIdleLock(std::chrono::minutes(61), done); }).error().kind ==
          ErrorKind::Malformed);
}

TEST_CASE("The idle limit is kept in the vault")
{
    Alone alone;
    REQUIRE(alone.call([](VaultDesk& vault, auto done) { return vault.setIdleLock(std::chrono::minutes(3), done); }));
    alone.desktop.desk.reset();
    alone.desktop.open("", {&alone.consortium.reviewers[0]});
    CHECK(alone.desktop.desk->status().idleLock == std::chrono::minutes(3));
}

TEST_CASE("A backup opens with the same passphrase, and its time is kept")
{
    Alone alone;
    CHECK_FALSE(alone.info()->lastBackup);
    const auto copy = (alone.desktop.folder / "copy.db").string();
    const UtcSeconds before = toSeconds(alone.consortium.clock()());
    REQUIRE(alone.call([&](VaultDesk& vault, auto done) { return vault.backUp(copy, done); }));
    const auto kept = alone.info()->lastBackup;
    REQUIRE(kept);
    CHECK(*kept >= before);
    CHECK(*kept <= alone.consortium.clock()());
    const auto opened = vault::Vault::open(copy, passphrase(), {alone.consortium.clock(), systemRandom()});
    REQUIRE(opened);
    CHECK(opened->damage().empty());
    // Never over a file that is there.
    CHECK_FALSE(alone.call([&](VaultDesk& vault, auto done) { return vault.backUp(copy, done); }));
}

TEST_CASE("Passphrase and key can be changed while the desk is open")
{
    Alone alone;
    const auto change = [&](const char* from, const char* to) {
        return alone.call([&](VaultDesk& vault, auto done) { return vault.changePassphrase(passphrase(from), passphrase(to), 20, done); });
    };
    CHECK(change("wrong", "another one").error().kind == ErrorKind::Untrusted);
    REQUIRE(change("correct horse", "another one"));
    REQUIRE(alone.call([](VaultDesk& vault, auto done) { return vault.rotateKey(passphrase("another one"), done); }));
    REQUIRE(alone.lock());
    CHECK_FALSE(alone.unlock("correct horse"));
    CHECK(alone.unlock("another one"));
}

TEST_CASE("The keystore's key opens the vault while its slot is there, and is gone with it")
{
    Alone alone;
    CHECK(alone.info()->keystore == KeystoreState::Ready);
    CHECK_FALSE(alone.addKeystore("wrong"));
    CHECK(alone.desktop.until([&] { return alone.keystore.keys.empty(); }));
    REQUIRE(alone.addKeystore("correct horse"));
    CHECK(alone.info()->keystore == KeystoreState::Opens);
    REQUIRE(alone.keystore.keys.size() == 1);
    const auto [name, key] = *alone.keystore.keys.begin();
    CHECK(vault::Vault::keystoreNameOf(alone.info()->file).value() == name);
    REQUIRE(alone.lock());
    CHECK(vault::Vault::openByKeystore(alone.desktop.folder / "vault.db", SecretBytes::copyOf(key),
                                       {alone.consortium.clock(), systemRandom()}));
    REQUIRE(alone.unlock("correct horse"));
    REQUIRE(alone.call([](VaultDesk& vault, auto done) { return vault.removeKeystore(done); }));
    CHECK(alone.info()->keystore == KeystoreState::Ready);
    CHECK(alone.keystore.keys.empty());
}

TEST_CASE("Where no keystore runs, it is said and nothing is changed")
{
    Alone alone;
    alone.keystore.runs = false;
    CHECK(alone.info()->keystore == KeystoreState::Absent);
    const auto added = alone.addKeystore("correct horse");
    REQUIRE_FALSE(added);
    CHECK(added.error().kind == ErrorKind::Unavailable);
    CHECK_FALSE(vault::Vault::keystoreNameOf(alone.info()->file).value());
}
