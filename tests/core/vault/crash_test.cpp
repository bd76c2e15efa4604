// SPDX-License-Identifier: GPL-3.0-or-later
// What a vault is after its program was killed, and when its disk is full or may not be written. POSIX: fork, kill, mount.
#include <doctest/doctest.h>

#if defined(__linux__)
#include <csignal>
#include <fcntl.h>
#include <random>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/crypto/digest.h"
#include "tests/core/vault/vault_samples.h"

using namespace quorate;
using namespace quorate::tests;
using vault::Vault;
namespace fs = std::filesystem;

namespace {

constexpr int kKills = 200;

/// Which of its two kinds of work a child acknowledged last: numbers only grow.
struct Acknowledged {
    std::uint64_t events = 0;
    std::uint64_t decisions = 0;
};

/// Imports and approvals until killed; each number goes to the pipe after the vault said that it is stored.
[[noreturn]] void work(const fs::path& file, Acknowledged from, int pipe)
{
    auto opened = Vault::open(file, passphrase(), sources());
    if (!opened || !opened->damage().empty()) _exit(3);
    for (std::uint64_t step = 1;; ++step) {
        Acknowledged next = from;
        if (step % 3 == 0) {
            ++next.decisions;
            const vault::Decision decision{audit::EventKind::ShareSealed, uuid(100), {}, std::to_string(next.decisions), "", "approval", {}};
            if (!opened->recordDecision(decision)) _exit(4);
        } else {
            ++next.events;
            if (!opened->appendEvent(event(next.events))) _exit(5);
            if (step % 7 == 0 && !opened->putEvidence(evidence(1, static_cast<std::int64_t>(step)))) _exit(6);
        }
        from = next;
        if (write(pipe, &from, sizeof from) != sizeof from) _exit(7);
    }
}

/// Runs a child, kills it `after` its first acknowledgement, and says what it acknowledged.
Acknowledged killedAfter(const fs::path& file, const Acknowledged& from, std::chrono::microseconds after)
{
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        close(ends[0]);
        work(file, from, ends[1]);
    }
    close(ends[1]);
    Acknowledged out = from;
    Acknowledged read1;
    bool first = true;
    while (read(ends[0], &read1, sizeof read1) == sizeof read1) {
        out = read1;
        if (first) {
            usleep(static_cast<useconds_t>(after.count()));
            kill(child, SIGKILL);
        }
        first = false;
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));  // Else the work itself failed, with an exit code from work().
    CAPTURE(status);
    return out;
}

/// Runs `body` in a child with a mount namespace of its own; false when this system does not permit one.
bool insideOwnMounts(const std::function<int()>& body, int& exitCode)
{
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) _exit(100);
        (void)mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
        _exit(body());
    }
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(WIFEXITED(status));
    exitCode = WEXITSTATUS(status);
    return exitCode != 100;
}

bool startsWith(const Error& error, const char* message) { return error.message.starts_with(message); }

/// Fills a 300 KiB disk with events; afterwards the refused one is not there, and all that were stored are.
int fillDisk(const fs::path& folder)
{
    if (mount("none", folder.c_str(), "tmpfs", 0, "size=300k") != 0) return 100;
    std::uint64_t stored = 0;
    {
        auto made = Vault::create(folder / "vault.db", passphrase(), kCheap, sources());
        if (!made) return 1;
        Result<void> last;
        while (last && stored < 10000) {
            last = made->appendEvent(event(stored + 1));
            if (last) ++stored;
        }
        if (last || last.error().kind != ErrorKind::StorageFailed) return 2;
        if (!startsWith(last.error(), "no space is left for the vault; nothing was stored")) return 3;
        const auto decision = made->recordDecision({audit::EventKind::ShareSealed, uuid(100), {}, "", std::string(4096, 'x'), "", {}});
        if (decision || decision.error().kind != ErrorKind::StorageFailed) return 4;
        if (made->events(uuid(100), 0)->size() != stored) return 5;
    }
    // Still full: it opens, shows everything and says why it takes nothing, or what little fits.
    auto opened = Vault::open(folder / "vault.db", passphrase(), sources());
    if (!opened) return 6;
    if (!opened->damage().empty() || opened->events(uuid(100), 0)->size() != stored) return 7;
    return 0;
}

/// The vault of `folder` on a medium that became read-only.
int openReadOnly(const fs::path& folder)
{
    if (mount(folder.c_str(), folder.c_str(), nullptr, MS_BIND, nullptr) != 0) return 100;
    if (mount(nullptr, folder.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0) return 100;
    const auto opened = Vault::open(folder / "vault.db", passphrase(), sources());
    if (opened) return 1;
    return startsWith(opened.error(), "vault file cannot be written: its file or medium is read-only") ? 0 : 2;
}

}  // namespace

TEST_CASE("killed at two hundred moments, the vault opens, agrees with its log and has all that was acknowledged")
{
    const TemporaryFolder folder;
    { const Vault made = newVault(folder); }
    std::mt19937 random(20261121);
    std::uniform_int_distribution<int> microseconds(0, 4000);
    Acknowledged last;
    for (int i = 0; i < kKills; ++i) {
        CAPTURE(i);
        const Acknowledged acknowledged = killedAfter(folder / "vault.db", last, std::chrono::microseconds(microseconds(random)));
        const auto opened = openVault(folder);
        REQUIRE(opened);
        REQUIRE(opened->damage().empty());
        const auto events = opened->events(uuid(100), 0).value();
        std::uint64_t decisions = 0;
        const auto entries = opened->entries(0, opened->head().value().size).value();
        for (const auto& entry : entries) decisions += entry.kind == audit::EventKind::ShareSealed ? 1 : 0;
        REQUIRE(events.size() >= acknowledged.events);
        REQUIRE(decisions >= acknowledged.decisions);
        // One step may have been stored and not yet acknowledged.
        CHECK(events.size() + decisions <= acknowledged.events + acknowledged.decisions + 1);
        last = {events.size(), decisions};
    }
    CHECK(last.events + last.decisions >= static_cast<std::uint64_t>(kKills));
}

TEST_CASE("killed while its key is rotated, the vault opens with all it had")
{
    const TemporaryFolder folder;
    {
        Vault made = newVault(folder);
        for (std::uint64_t i = 1; i <= 50; ++i) REQUIRE(made.appendEvent(event(i)));
    }
    std::mt19937 random(7);
    std::uniform_int_distribution<int> microseconds(0, 60000);
    for (int i = 0; i < 30; ++i) {
        CAPTURE(i);
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            auto opened = openVault(folder);
            while (opened && opened->rotateKey(passphrase())) {}
            _exit(1);
        }
        usleep(static_cast<useconds_t>(microseconds(random)));
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status));
        const auto opened = openVault(folder);
        REQUIRE(opened);
        CHECK(opened->damage().empty());
        CHECK(opened->events(uuid(100), 0).value().size() == 50);
        CHECK_FALSE(fs::exists(folder / "vault.db.rotating"));
    }
}

TEST_CASE("an open vault is locked for other programs, through all that is done with it")
{
    const TemporaryFolder folder;
    // Asked of the system and not of SQLite, whose own table of open files a forked child would inherit.
    const auto isLocked = [&] {
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            const int file = ::open((folder / "vault.db").c_str(), O_RDWR);
            struct flock range {};
            range.l_type = F_WRLCK;
            range.l_whence = SEEK_SET;
            range.l_start = 0x40000000;  // SQLite's locking bytes.
            range.l_len = 512;
            _exit(fcntl(file, F_GETLK, &range) != 0 ? 2 : range.l_type == F_UNLCK ? 0 : 1);
        }
        int status = 0;
        waitpid(child, &status, 0);
        return WEXITSTATUS(status) == 1;
    };
    {
        Vault made = newVault(folder);
        CHECK(isLocked());
        CHECK_FALSE(openVault(folder));  // The attempt must not take the lock away.
        CHECK(Vault::keystoreNameOf(folder / "vault.db"));
        CHECK(isLocked());
        REQUIRE(made.putSetting("a", "b"));
        REQUIRE(made.rotateKey(passphrase()));
        CHECK(isLocked());
        REQUIRE(made.backUp(folder / "copy.db"));
        CHECK(isLocked());
        made.lock();
        CHECK_FALSE(isLocked());
        REQUIRE(made.unlock(passphrase()));
        CHECK(isLocked());
    }
    CHECK_FALSE(isLocked());
}

TEST_CASE("on a full disk nothing happens, the message says so, and all that was stored is there")
{
    const TemporaryFolder folder;
    int exitCode = 0;
    if (!insideOwnMounts([&] { return fillDisk(folder.path()); }, exitCode)) {
        MESSAGE("SKIPPED: this system permits no mount namespace");
        return;
    }
    CHECK(exitCode == 0);
}

TEST_CASE("on a read-only medium the vault does not open, and the message says so")
{
    const TemporaryFolder folder;
    { const Vault made = newVault(folder); }
    int exitCode = 0;
    if (!insideOwnMounts([&] { return openReadOnly(folder.path()); }, exitCode)) {
        MESSAGE("SKIPPED: this system permits no mount namespace");
        return;
    }
    CHECK(exitCode == 0);
}
#endif
