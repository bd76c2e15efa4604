// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "tests/enclave_client/desktop.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

/// Two reviewers' desktops at one service.
struct Pair {
    Pair() : mine(consortium), theirs(consortium) {}

    void openBoth(const std::string& address)
    {
        mine.open(address, {&consortium.reviewers[0]});
        REQUIRE(cosignedBy(audit::kServiceCosigner, 1));
        theirs.open(address, {&consortium.reviewers[1]});
    }
    void closeBoth()
    {
        mine.desk.reset();
        theirs.desk.reset();
    }
    /// A head of my log of so many entries or more has this cosigner's line.
    bool cosignedBy(const std::string& name, std::uint64_t size)
    {
        return mine.until([&] {
            theirs.executor.runFor(1);
            const auto log = mine.desk->auditLog();
            return log && std::any_of(log->checkpoints.begin(), log->checkpoints.end(), [&](const auto& checkpoint) {
                return checkpoint.head.size >= size && std::any_of(checkpoint.cosigners.begin(), checkpoint.cosigners.end(),
                                                                   [&](const auto& cosigner) { return cosigner.name == name && cosigner.at; });
            });
        });
    }
    /// The other desktop has made durable that it cosigned a head of my log of so many entries or more.
    std::uint64_t watched()
    {
        theirs.desk.reset();
        const auto opened = vault::Vault::open(theirs.folder / "vault.db", passphrase(), {consortium.clock(), systemRandom()}).value();
        const auto note = opened.setting("audit.watched." + toHex(consortium.reviewers[0].member.id)).value();
        return note ? audit::parseCheckpoint(*note)->head.size : 0;
    }
    Result<void> freeze(Desktop& who)
    {
        return who.wait([&](Completion<void> done) {
            return who.desk->stop({consortium.study(), release::Revocation::Kind::Freeze, "test", passphrase(), who.desk->status().me.id}, std::move(done));
        });
    }
    [[nodiscard]] std::string theirName() const { return audit::cosignerName(consortium.reviewers[1].member.id); }

    SmallConsortium consortium;
    Desktop mine;
    Desktop theirs;
};

}  // namespace

TEST_CASE("Another member's desk cosigns my log, and its line comes back under my head")
{
    Pair pair;
    const RunningService service = startService(pair.consortium);
    publish(pair.consortium, service);
    pair.openBoth(service.address);
    REQUIRE(pair.theirs.becomes(Connection::Connected));
    const auto before = pair.mine.desk->auditLog()->checkpoints.front().head.size;
    REQUIRE(pair.theirs.until([&] {
        const auto log = pair.theirs.desk->auditLog();
        return log && !log->checkpoints.empty() && !log->checkpoints.front().cosigners.empty();
    }));
    // A decision of mine has my head cosigned anew, and fetches what came for the ones before.
    REQUIRE(pair.mine.approve(passphrase()));
    CHECK(pair.cosignedBy(pair.theirName(), before));
    CHECK_FALSE(pair.mine.desk->auditLog()->witnessProblem);
    CHECK_FALSE(pair.theirs.desk->auditLog()->witnessProblem);
    const auto verified = pair.mine.ask<AuditVerification>([&](Completion<AuditVerification> done) { return pair.mine.desk->verifyLog({}, {}, std::move(done)); });
    REQUIRE(verified);
    CHECK(verified->holds());
    CHECK(pair.watched() >= before);
}

TEST_CASE("After the service forgot everything, other members go on from the heads they had cosigned")
{
    Pair pair;
    std::uint64_t before = 0;
    {
        const RunningService service = startService(pair.consortium);
        publish(pair.consortium, service);
        pair.openBoth(service.address);
        REQUIRE(pair.theirs.becomes(Connection::Connected));
        REQUIRE(pair.mine.approve(passphrase()));
        REQUIRE(pair.cosignedBy(pair.theirName(), 1));
        before = pair.watched();
        pair.closeBoth();
    }
    REQUIRE(before > 0);
    const RunningService fresh = startService(pair.consortium);
    publish(pair.consortium, fresh);
    pair.openBoth(fresh.address);
    REQUIRE(pair.mine.until([&] { return pair.mine.desk->auditLog()->checkpoints.front().head.size > before; }));
    REQUIRE(pair.theirs.becomes(Connection::Connected));
    REQUIRE(pair.theirs.approve(passphrase()));
    REQUIRE(pair.freeze(pair.mine));
    CHECK(pair.cosignedBy(pair.theirName(), before + 1));
    CHECK_FALSE(pair.theirs.desk->auditLog()->witnessProblem);
    CHECK(pair.watched() > before);
}

TEST_CASE("A member who shows another log than before is cosigned no more, and the reader hears it")
{
    Pair pair;
    const RunningService service = startService(pair.consortium);
    publish(pair.consortium, service);
    pair.openBoth(service.address);
    REQUIRE(pair.theirs.becomes(Connection::Connected));
    REQUIRE(pair.mine.approve(passphrase()));
    REQUIRE(pair.cosignedBy(pair.theirName(), 1));
    const auto before = pair.watched();
    pair.closeBoth();
    // A new vault under the same identity, at a service that never saw the old one.
    for (const char* name : {"vault.db", "vault.db.slots", "vault.db.witness"}) std::filesystem::remove(pair.mine.folder / name);
    const RunningService fresh = startService(pair.consortium);
    publish(pair.consortium, fresh);
    pair.openBoth(fresh.address);
    REQUIRE(pair.theirs.until([&] { return pair.theirs.desk->auditLog() && pair.theirs.desk->auditLog()->witnessProblem; }));
    CHECK(pair.theirs.desk->auditLog()->witnessProblem->kind == ErrorKind::PolicyRefused);
    CHECK(pair.watched() == before);
}
