// SPDX-License-Identifier: GPL-3.0-or-later
// What signed and cosigned heads are good for: a log that lost entries or went another way contradicts them.
#include <doctest/doctest.h>

#include "core/audit/merkle.h"
#include "core/crypto/digest.h"
#include "core/crypto/ecdsa.h"
#include "core/vault/files.h"
#include "core/vault/log_store.h"
#include "tests/core/vault/tamper_samples.h"

using namespace quorate;
using namespace quorate::tests;
using vault::Damage;
using vault::Vault;
using Kind = vault::Damage::Kind;
namespace fs = std::filesystem;

TEST_CASE("a kept checkpoint that is gone or lost a cosignature is found, and the entries that it covered are named")
{
    const TemporaryFolder folder;
    const auto key = signingKey();
    const auto member = signingKey();
    const audit::NoteKey cosigner{audit::cosignerName(uuid(12)), member.publicKey()};
    Vault made = newVault(folder);
    std::vector<audit::SignedCheckpoint> heads;
    for (const char* name : {"a", "b", "c", "d"}) {
        REQUIRE(made.putSetting(name, "1"));
        heads.push_back(made.signHead(key.publicKey(), signerOf(key)).value());
    }
    // Late, when others follow already.
    const auto line = audit::cosignNote(heads[1].note, cosigner, signerOf(member), toSeconds(millis(1795252320000))).value();
    REQUIRE(made.addCosignature(heads[1].head.size, line, cosigner));
    made.lock();
    const Bytes whole = readBytes(folder / "vault.db");
    const auto found = [&](const std::string& sql) {
        writeBytes(folder / "vault.db", whole);
        REQUIRE(rawDatabase(folder / "vault.db").execute(sql.c_str()));
        return openVault(folder).value().damage();
    };
    const auto only = [](std::uint64_t first, std::uint64_t last) {
        return std::vector{Damage{"log_checkpoints", "", first, last, Kind::BadCheckpoint}};
    };
    const auto at = [&](std::size_t i) { return " WHERE size = " + std::to_string(heads[i].head.size); };
    const auto size = [&](std::size_t i) { return heads[i].head.size; };
    CHECK(found("SELECT 1").empty());
    CHECK(found("DELETE FROM log_checkpoints" + at(0)) == only(0, size(1) - 1));
    CHECK(found("DELETE FROM log_checkpoints" + at(1)) == only(0, size(2) - 1));
    CHECK(found("DELETE FROM log_checkpoints" + at(2)) == only(size(0), size(3) - 1));
    const auto newestGone = found("DELETE FROM log_checkpoints" + at(3));
    REQUIRE(newestGone.size() == 1);
    CHECK(newestGone[0].table == "log_checkpoints");
    CHECK(newestGone[0].entryIndex == size(1));
    CHECK(newestGone[0].lastIndex >= size(3) - 1);
    CHECK(found("UPDATE log_checkpoints SET note = '" + audit::toText(heads[1]) + "'" + at(1)) == only(size(0), size(2) - 1));
}

TEST_CASE("yesterday's whole file is found against the newest checkpoint, read-only, with the gap")
{
    const TemporaryFolder folder;
    const auto key = signingKey();
    const auto member = signingKey();
    Vault made = newVault(folder);
    fill(made);
    made.lock();
    const Bytes yesterday = readBytes(folder / "vault.db");
    REQUIRE(made.unlock(passphrase()));
    const auto oldSize = made.head().value().size;
    REQUIRE(made.appendEvent(event(4, "today")));
    const auto signedHead = made.signHead(key.publicKey(), signerOf(key)).value();
    const audit::NoteKey cosigner{audit::cosignerName(uuid(12)), member.publicKey()};
    const auto line = audit::cosignNote(signedHead.note, cosigner, signerOf(member), toSeconds(millis(1795252320000))).value();
    REQUIRE(made.addCosignature(signedHead.head.size, line, cosigner));
    CHECK(made.newestCheckpoint().value()->note.signatures.size() == 2);
    made.lock();
    CHECK(openVault(folder)->damage().empty());

    writeBytes(folder / "vault.db", yesterday);
    {
        // Unlocking noted itself after yesterday's copy was taken.
        Vault opened = openVault(folder).value();
        CHECK(opened.damage() == std::vector{Damage{"log", "", oldSize - 1, oldSize, Kind::Gap}});
        CHECK(opened.appendEvent(event(4, "other")).error().kind == ErrorKind::Untrusted);
        CHECK(opened.events(uuid(100), 0).value().size() == 3);
    }
    // Without the file beside it the old copy looks whole, until somebody else's checkpoint is there.
    fs::remove(folder / "vault.db.witness");
    Vault opened = openVault(folder).value();
    CHECK(opened.damage().empty());
    REQUIRE(opened.compareWith(signedHead));
    REQUIRE(opened.damage().size() == 1);
    CHECK_FALSE(opened.readOnlyBecause().empty());
}

TEST_CASE("a note beside the vault that nobody known to it signed is not taken for the owner's word")
{
    const TemporaryFolder folder;
    const auto owner = signingKey();
    const auto stranger = signingKey();
    Vault made = newVault(folder);
    REQUIRE(made.putIdentity({uuid(11), owner.toPkcs8(), SecretBytes(Bytes(32, 7)), Bytes{3}}));
    made.lock();
    const Bytes early = readBytes(folder / "vault.db");
    REQUIRE(made.unlock(passphrase()));
    REQUIRE(made.putSetting("theme", "dark"));
    const auto head = made.head().value();
    REQUIRE(made.signHead(owner.publicKey(), signerOf(owner)));
    made.lock();
    writeBytes(folder / "vault.db", early);
    {
        const Vault opened = openVault(folder).value();
        CHECK(opened.damage().front().kind == Kind::Gap);
        CHECK(opened.readOnlyBecause().ends_with("; want the newer copy that was signed, or its backup"));
    }
    const auto forged = audit::signCheckpoint(head, stranger.publicKey(), signerOf(stranger)).value();
    writeBytes(folder / "vault.db.witness", toBytes(audit::toText(forged)));
    const Vault opened = openVault(folder).value();
    CHECK(opened.damage() == std::vector{Damage{"witness", "", {}, {}, Kind::BadCheckpoint}});
}

TEST_CASE("a log that went another way than the one that was cosigned is found as a fork")
{
    const TemporaryFolder folder;
    const auto key = signingKey();
    { const Vault made = newVault(folder); }
    const Bytes start = readBytes(folder / "vault.db");
    Vault shown = openVault(folder).value();
    REQUIRE(shown.appendEvent(event(1, "shown to one")));
    const auto head = shown.signHead(key.publicKey(), signerOf(key)).value();
    shown.lock();
    fs::remove(folder / "vault.db.witness");
    writeBytes(folder / "vault.db", start);
    Vault forked = openVault(folder).value();
    REQUIRE(forked.appendEvent(event(1, "shown to the other")));
    REQUIRE(forked.putSetting("more", "entries"));
    REQUIRE(forked.compareWith(head));
    CHECK(forked.damage() == std::vector{Damage{"log", "", 0, head.head.size - 1, Kind::Fork}});
    // A checkpoint of another vault says nothing about this one, and is not taken for agreement.
    const TemporaryFolder other;
    Vault foreign = newVault(other);
    REQUIRE(foreign.compareWith(head));
    CHECK(foreign.damage().front().kind == Kind::BadCheckpoint);
}

TEST_CASE("a fork is located after the last head that both sides had cosigned")
{
    const TemporaryFolder folder;
    const auto key = signingKey();
    const auto member = signingKey();
    const audit::NoteKey cosigner{audit::cosignerName(uuid(12)), member.publicKey()};
    const auto cosigned = [&](Vault& made) {
        auto head = made.signHead(key.publicKey(), signerOf(key)).value();
        const auto line = audit::cosignNote(head.note, cosigner, signerOf(member), toSeconds(millis(1795252320000))).value();
        REQUIRE(made.addCosignature(head.head.size, line, cosigner));
        head.note.signatures.push_back(line);
        return head;
    };
    Vault shown = newVault(folder);
    fill(shown);
    const auto common = cosigned(shown);
    shown.lock();
    const Bytes start = readBytes(folder / "vault.db");
    REQUIRE(shown.unlock(passphrase()));
    REQUIRE(shown.appendEvent(event(4, "shown to one")));
    const auto head = cosigned(shown);
    shown.lock();
    fs::remove(folder / "vault.db.witness");
    writeBytes(folder / "vault.db", start);
    Vault forked = openVault(folder).value();
    for (const char* name : {"a", "b", "c", "d"}) REQUIRE(forked.putSetting(name, "entries"));
    REQUIRE(forked.compareWith(head));
    CHECK(forked.damage() == std::vector{Damage{"log", "", common.head.size, head.head.size - 1, Kind::Fork}});
    REQUIRE(forked.compareWith(head));
    CHECK(forked.damage().size() == 1);
}
