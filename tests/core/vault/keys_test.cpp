// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <doctest/doctest.h>

#include "core/vault/files.h"
#include "tests/core/vault/vault_samples.h"
#include "tests/support/shared_vectors.h"

using namespace quorate;
using namespace quorate::tests;
using vault::Vault;
namespace fs = std::filesystem;

namespace {

Error errorOf(const Result<Vault>& result) { return result ? Error{ErrorKind::Internal, "opened"} : result.error(); }
SecretBytes keystoreKey() { return SecretBytes(Bytes(32, 0x17)); }

std::vector<audit::EventKind> kindsIn(const Vault& opened)
{
    std::vector<audit::EventKind> out;
    const auto entries = opened.entries(0, opened.head().value().size).value();
    for (const auto& entry : entries) out.push_back(entry.kind);
    return out;
}
bool logged(const Vault& opened, audit::EventKind kind)
{
    const auto kinds = kindsIn(opened);
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}
/// Holds what vault_test would see in a vault with one of each.
void fill(Vault& made)
{
    REQUIRE(made.putEnvelope(envelope("roster", "one")));
    REQUIRE(made.appendEvent(event(1, "first")));
    REQUIRE(made.putEvidence(evidence(1, 1000)));
    REQUIRE(made.putIdentity({uuid(11), SecretBytes(Bytes{1, 2}), SecretBytes(Bytes(32, 7)), Bytes{3}}));
    REQUIRE(made.putSetting("theme", "dark"));
}
void checkFilled(const Vault& opened)
{
    CHECK(opened.damage().empty());
    CHECK(opened.readOnlyBecause().empty());
    CHECK(opened.envelopes(uuid(100), "roster").value().size() == 1);
    CHECK(opened.events(uuid(100), 0).value() == std::vector{event(1, "first")});
    CHECK(same(opened.latestEvidence(uuid(100), {}).value().value(), evidence(1, 1000)));
    CHECK(opened.identities().value().size() == 1);
    CHECK(opened.setting("theme").value() == "dark");
}

}  // namespace

TEST_CASE("a vault of the first schema opens, keeps what it held, and is under the log from then on")
{
    const TemporaryFolder folder;
    const fs::path fixtures = fs::path(environment("QUORATE_SOURCE", ".")) / "tests/core/vault/fixtures";
    fs::copy(fixtures / "schema1.db", folder / "old.db");
    fs::copy(fixtures / "schema1.db.slots", folder / "old.db.slots");
    {
        const Vault opened = Vault::open(folder / "old.db", passphrase("demo"), sources()).value();
        CHECK(opened.damage().empty());
        CHECK(opened.envelopes(uuid(100), "").value().size() == 2);
        CHECK(opened.events(uuid(100), 0).value() == std::vector{event(1, "first"), event(2, "second")});
        CHECK(same(opened.latestEvidence(uuid(100), {}).value().value(), evidence(2, 2000)));
        CHECK(opened.identities().value().size() == 1);
        CHECK(opened.setting("theme").value() == "dark");
        CHECK(kindsIn(opened).front() == audit::EventKind::VaultCreated);
        CHECK(opened.head().value().size == 10);
    }
    REQUIRE(rawDatabase(folder / "old.db", passphrase("demo")).execute("UPDATE settings SET value = 'light'"));
    const Vault again = Vault::open(folder / "old.db", passphrase("demo"), sources()).value();
    REQUIRE(again.damage().size() == 1);
    CHECK(again.damage()[0].table == "settings");
}

TEST_CASE("of a vault of the second schema the kept checkpoints are linked, and one that goes is missed")
{
    const TemporaryFolder folder;
    const fs::path fixtures = fs::path(environment("QUORATE_SOURCE", ".")) / "tests/core/vault/fixtures";
    for (const char* end : {"", ".slots", ".witness"}) fs::copy(fixtures / (std::string("schema2.db") + end), folder / (std::string("old.db") + end));
    const auto open = [&] { return Vault::open(folder / "old.db", passphrase("demo"), sources()).value(); };
    {
        const Vault opened = open();
        CHECK(opened.damage().empty());
        CHECK(opened.head().value().size == 18);  // The 17 that it had, and this opening.
        CHECK(opened.newestCheckpoint().value().value().head.size == 16);
    }
    REQUIRE(rawDatabase(folder / "old.db", passphrase("demo")).execute("DELETE FROM log_checkpoints WHERE size = 16"));
    const Vault again = open();
    REQUIRE(again.damage().size() == 1);
    CHECK(again.damage()[0].table == "log_checkpoints");
}

TEST_CASE("pages keep their size until all is written anew")
{
    const TemporaryFolder folder;
    const auto pageBytes = [](const fs::path& file) { return rawDatabase(file, passphrase("demo")).integer("PRAGMA page_size").value(); };
    const fs::path fixtures = fs::path(environment("QUORATE_SOURCE", ".")) / "tests/core/vault/fixtures";
    fs::copy(fixtures / "schema1.db", folder / "old.db");
    fs::copy(fixtures / "schema1.db.slots", folder / "old.db.slots");
    REQUIRE(Vault::open(folder / "old.db", passphrase("demo"), sources()));
    CHECK(pageBytes(folder / "old.db") == 1024);
    {
        Vault opened = Vault::open(folder / "old.db", passphrase("demo"), sources()).value();
        // The fixture is in SQLCipher 3's format: a later SQLCipher rotates its key before it copies.
        const bool isOwnFormat = opened.fileFormat() == vault::Database::cipherGeneration().value();
        const auto early = opened.backUp(folder / "copy.db");
        CHECK(early.has_value() == isOwnFormat);
        if (!early) CHECK(early.error().message.starts_with("vault has the format of SQLCipher 3; want a rotated key"));
        REQUIRE(opened.rotateKey(passphrase("demo")));
        if (!early) REQUIRE(opened.backUp(folder / "copy.db"));
    }
    CHECK(pageBytes(folder / "copy.db") == kPageBytes);
    CHECK(pageBytes(folder / "old.db") == kPageBytes);
    CHECK(Vault::open(folder / "old.db", passphrase("demo"), sources()).value().damage().empty());
}

TEST_CASE("a changed passphrase opens the vault, the former one does not, and no data is written again")
{
    const TemporaryFolder folder;
    Vault made = newVault(folder);
    fill(made);
    CHECK(made.changePassphrase(passphrase("wrong"), passphrase("next"), kCheap).error().kind == ErrorKind::Untrusted);
    CHECK_FALSE(made.changePassphrase(passphrase(), SecretBytes(), kCheap));
    REQUIRE(made.changePassphrase(passphrase(), passphrase("next"), {128, 2, 1}));
    CHECK(made.confirms(passphrase("next")));
    CHECK_FALSE(made.confirms(passphrase()));
    made.lock();
    CHECK(errorOf(openVault(folder)) == Error{ErrorKind::Untrusted, "wrong passphrase"});
    const Vault opened = Vault::open(folder / "vault.db", passphrase("next"), sources()).value();
    checkFilled(opened);
    CHECK(logged(opened, audit::EventKind::VaultPassphraseChanged));
}

TEST_CASE("a keystore's key opens the vault until its slot is removed")
{
    const TemporaryFolder folder;
    {
        Vault made = newVault(folder);
        CHECK_FALSE(Vault::keystoreNameOf(folder / "vault.db").value());
        CHECK(made.addKeystore(passphrase("wrong"), keystoreKey(), "name").error().kind == ErrorKind::Untrusted);
        REQUIRE(made.addKeystore(passphrase(), keystoreKey(), "name"));
    }
    CHECK(Vault::keystoreNameOf(folder / "vault.db").value() == "name");
    {
        Vault opened = Vault::openByKeystore(folder / "vault.db", keystoreKey(), sources()).value();
        REQUIRE(opened.removeKeystore());
    }
    CHECK(errorOf(Vault::openByKeystore(folder / "vault.db", keystoreKey(), sources())).kind == ErrorKind::Untrusted);
    CHECK(openVault(folder));
}

TEST_CASE("a locked vault answers nothing, lets others open its file, and opens again with the passphrase")
{
    const TemporaryFolder folder;
    Vault made = newVault(folder);
    fill(made);
    made.lock();
    CHECK(made.isLocked());
    CHECK(made.events(uuid(100), 0).error().kind == ErrorKind::Unavailable);
    CHECK(made.putSetting("a", "b").error().kind == ErrorKind::Unavailable);
    CHECK(made.head().error().kind == ErrorKind::Unavailable);
    { CHECK(openVault(folder)); }
    CHECK(made.unlock(passphrase("wrong")).error().kind == ErrorKind::Untrusted);
    CHECK(made.isLocked());
    REQUIRE(made.unlock(passphrase()));
    checkFilled(made);
    CHECK(logged(made, audit::EventKind::VaultLocked));
}

TEST_CASE("a rotated vault has another key and the same content")
{
    const TemporaryFolder folder;
    Vault made = newVault(folder);
    fill(made);
    const Bytes before = readBytes(folder / "vault.db");
    CHECK(made.rotateKey(passphrase("wrong")).error().kind == ErrorKind::Untrusted);
    const auto slotsBefore = vault::KeySlotFile::read(folder / "vault.db.slots").value();
    REQUIRE(made.rotateKey(passphrase()));
    checkFilled(made);
    CHECK(logged(made, audit::EventKind::VaultKeyRotated));
    REQUIRE(made.putSetting("after", "rotation"));
    made.lock();
    const auto slotsAfter = vault::KeySlotFile::read(folder / "vault.db.slots").value();
    CHECK_FALSE(slotsBefore.sets()[0].unwrap(passphrase())->equals(slotsAfter.sets()[0].unwrap(passphrase())->expose()));
    CHECK(slotsAfter.sets().size() == 1);
    CHECK_FALSE(fs::exists(folder / "vault.db.rotating"));
    checkFilled(openVault(folder).value());
    // The old file does not open with the new slots.
    writeBytes(folder / "vault.db", before);
    CHECK(errorOf(openVault(folder)).kind == ErrorKind::Untrusted);
}

TEST_CASE("a rotation that was cut off leaves a vault that opens, before the file was replaced and after")
{
    const TemporaryFolder folder;
    const fs::path file = folder / "vault.db";
    {
        Vault made = newVault(folder);
        fill(made);
    }
    const Bytes oldFile = readBytes(file);
    const auto oldSlots = vault::KeySlotFile::read(folder / "vault.db.slots").value().sets().front();
    { REQUIRE(openVault(folder)->rotateKey(passphrase())); }
    const Bytes newFile = readBytes(file);
    const auto newSlots = vault::KeySlotFile::read(folder / "vault.db.slots").value().sets().front();
    for (const bool replaced : {false, true}) {
        CAPTURE(replaced);
        writeBytes(file, replaced ? newFile : oldFile);
        if (!replaced) writeBytes(folder / "vault.db.rotating", newFile);
        REQUIRE(vault::KeySlotFile(oldSlots, newSlots).write(folder / "vault.db.slots"));
        { checkFilled(openVault(folder).value()); }
        CHECK_FALSE(fs::exists(folder / "vault.db.rotating"));
        CHECK(vault::KeySlotFile::read(folder / "vault.db.slots").value().sets().size() == 1);
        { checkFilled(openVault(folder).value()); }
    }
}

TEST_CASE("a backup is a vault of its own that restores to what was")
{
    const TemporaryFolder folder;
    {
        Vault made = newVault(folder);
        fill(made);
        REQUIRE(made.backUp(folder / "backup.db"));
        CHECK(made.backUp(folder / "backup.db").error().kind == ErrorKind::StorageFailed);
        CHECK(made.backUp(folder / "missing" / "backup.db").error().kind == ErrorKind::StorageFailed);
        REQUIRE(made.putSetting("later", "yes"));
    }
    CHECK(errorOf(Vault::restore(folder / "backup.db", folder / "vault.db", passphrase(), sources())).kind == ErrorKind::StorageFailed);
    CHECK(errorOf(Vault::restore(folder / "backup.db", folder / "new.db", passphrase("wrong"), sources())).kind == ErrorKind::Untrusted);
    CHECK_FALSE(fs::exists(folder / "new.db"));
    {
        const Vault restored = Vault::restore(folder / "backup.db", folder / "new.db", passphrase(), sources()).value();
        checkFilled(restored);
        CHECK_FALSE(restored.setting("later").value());
        CHECK(logged(restored, audit::EventKind::VaultRestored));
    }
    checkFilled(Vault::open(folder / "backup.db", passphrase(), sources()).value());
    CHECK(openVault(folder)->setting("later").value() == "yes");
}

TEST_CASE("a backup that was tampered with is not restored")
{
    const TemporaryFolder folder;
    { REQUIRE(newVault(folder).putSetting("theme", "dark")); }
    REQUIRE(rawDatabase(folder / "vault.db").execute("UPDATE settings SET value = 'light'"));
    const auto restored = Vault::restore(folder / "vault.db", folder / "new.db", passphrase(), sources());
    CHECK(errorOf(restored) == Error{ErrorKind::Untrusted, "backup does not agree with its log: settings theme: edited, entry 1"});
    CHECK_FALSE(fs::exists(folder / "new.db"));
}

TEST_CASE("a key-slot file that is missing, of another vault or of a newer build is told apart from a wrong passphrase")
{
    const TemporaryFolder folder;
    const TemporaryFolder other;
    { const Vault made = newVault(folder); }
    { const Vault made = newVault(other); }
    const Bytes own = readBytes(folder / "vault.db.slots");
    writeBytes(folder / "vault.db.slots", readBytes(other / "vault.db.slots"));
    CHECK(errorOf(openVault(folder)).kind == ErrorKind::Untrusted);
    CHECK(errorOf(openVault(folder)).message.starts_with("key-slot file belongs to another vault"));
    fs::remove(folder / "vault.db.slots");
    CHECK(errorOf(openVault(folder)).kind == ErrorKind::Unavailable);
    writeBytes(folder / "vault.db.slots", own);
    const auto slots = vault::KeySlotFile::read(folder / "vault.db.slots").value().sets().front();
    auto newer = vault::KeySlots::wrap(slots.unwrap(passphrase()).value(), passphrase(), kCheap, 5, systemRandom()).value();
    newer.setDatabase(*slots.database());
    REQUIRE(vault::KeySlotFile(newer).write(folder / "vault.db.slots"));
    CHECK(errorOf(openVault(folder)) == Error{ErrorKind::Malformed, "vault was made by a newer build: with SQLCipher 5"});
}

TEST_CASE("a vault that SQLCipher 4.12.0 wrote is refused by name where this build's SQLCipher is older, and opens where it is not")
{
    const TemporaryFolder folder;
    const fs::path fixtures = fs::path(environment("QUORATE_SOURCE", ".")) / "tests/core/vault/fixtures";
    for (const char* name : {"sqlcipher4.db", "sqlcipher4.db.slots"}) fs::copy(fixtures / name, folder / name);
    const unsigned mine = newVault(folder).fileFormat();
    const auto opened = Vault::open(folder / "sqlcipher4.db", passphrase("correct horse battery"), sources());
    if (mine >= 4) {
        CHECK(opened->damage().empty());
    } else {
        CHECK(errorOf(opened) == Error{ErrorKind::Malformed, "vault was made by a newer build: with SQLCipher 4"});
    }
}
