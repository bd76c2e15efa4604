// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <doctest/doctest.h>

#include "tests/core/vault/vault_samples.h"
#include "tests/support/random.h"

using namespace quorate;
using namespace quorate::tests;
using vault::Vault;
namespace fs = std::filesystem;

namespace {

bool contains(const Bytes& content, std::string_view words)
{
    const BytesView needle = asBytes(words);
    return std::search(content.begin(), content.end(), needle.begin(), needle.end()) != content.end();
}

bool isPrivate(const fs::path& path)
{
    return (fs::status(path).permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write);
}

Error errorOf(const Result<Vault>& result) { return result ? Error{ErrorKind::Internal, "opened"} : result.error(); }

}  // namespace

TEST_CASE("what is stored is not readable on disk, not even the file's kind")
{
    const TemporaryFolder folder;
    {
        Vault made = newVault(folder);
        for (int i = 0; i < 50; ++i) REQUIRE(made.putSetting("marker" + std::to_string(i), "MARKER-OF-A-PLAINTEXT"));
        REQUIRE(made.putIdentity({uuid(11), SecretBytes(toBytes("MARKER-OF-A-KEY")), SecretBytes(), Bytes{}}));
    }
    for (const auto& entry : fs::directory_iterator(folder.path())) {
        const Bytes content = readBytes(entry.path());
        CHECK_FALSE(contains(content, "MARKER-OF"));
        CHECK_FALSE(contains(content, "SQLite format 3"));
        CHECK_FALSE(contains(content, "CREATE TABLE"));
        CHECK_FALSE(contains(content, "correct horse"));
        CHECK(isPrivate(entry.path()));
    }
}

TEST_CASE("a vault opens with its passphrase only, and confirms it when asked again")
{
    const TemporaryFolder folder;
    {
        const Vault made = newVault(folder);
        CHECK(made.confirms(passphrase()));
        CHECK_FALSE(made.confirms(passphrase("correct horse battery stable")));
        CHECK_FALSE(made.confirms(SecretBytes()));
    }
    CHECK(errorOf(Vault::open(folder / "vault.db", passphrase("wrong"), sources())) == Error{ErrorKind::Untrusted, "wrong passphrase"});
    CHECK(errorOf(Vault::open(folder / "vault.db", SecretBytes(), sources())) == Error{ErrorKind::Untrusted, "wrong passphrase"});
    CHECK(openVault(folder));
}

TEST_CASE("a vault is not made over an existing file, and the file stays as it was")
{
    const TemporaryFolder folder;
    REQUIRE(newVault(folder).putSetting("kept", "yes"));
    const auto again = Vault::create(folder / "vault.db", passphrase(), kCheap, sources());
    CHECK(errorOf(again).kind == ErrorKind::StorageFailed);
    CHECK(openVault(folder)->setting("kept").value() == "yes");
    writeBytes(folder / "other.slots", asBytes("something"));
    CHECK_FALSE(Vault::create(folder / "other", passphrase(), kCheap, sources()));
    CHECK_FALSE(fs::exists(folder / "other"));
}

TEST_CASE("a vault that cannot be made leaves nothing behind")
{
    const TemporaryFolder folder;
    writeBytes(folder / "file", asBytes("not a folder"));
    CHECK(errorOf(Vault::create(folder / "file" / "vault.db", passphrase(), kCheap, sources())).kind == ErrorKind::StorageFailed);
    CHECK(errorOf(Vault::create(folder / "missing" / "vault.db", passphrase(), kCheap, sources())).kind ==
          ErrorKind::StorageFailed);
    CHECK_FALSE(Vault::create(folder / "vault.db", passphrase(), kCheap, {sources().clock, failingRandom()}));
    CHECK(errorOf(Vault::create(folder / "vault.db", SecretBytes(), kCheap, sources())).kind == ErrorKind::Malformed);
    CHECK_FALSE(Vault::create(folder / "vault.db", passphrase(), {0, 0, 0}, sources()));
    fs::create_directory(folder / "vault.db.slots.new");
    writeBytes(folder / "vault.db.slots.new" / "in-the-way", {});
    CHECK(errorOf(Vault::create(folder / "vault.db", passphrase(), kCheap, sources())).kind == ErrorKind::StorageFailed);
    CHECK_FALSE(fs::exists(folder / "vault.db"));
    CHECK_FALSE(fs::exists(folder / "vault.db.slots"));
}

TEST_CASE("a folder that may not be written gives a storage failure")
{
    // procfs refuses new files to everyone, the superuser included.
    const fs::path readOnly = "/proc/self";
    if (!fs::exists(readOnly)) return;
    CHECK(errorOf(Vault::create(readOnly / "vault.db", passphrase(), kCheap, sources())).kind == ErrorKind::StorageFailed);
}

TEST_CASE("a vault is open once at a time")
{
    const TemporaryFolder folder;
    const Error isOpen{ErrorKind::Unavailable, "vault is open in another program"};
    {
        const Vault made = newVault(folder);
        CHECK(errorOf(openVault(folder)) == isOpen);
    }
    const auto reader = openVault(folder);  // Holds it without writing a byte.
    REQUIRE(reader);
    CHECK(errorOf(openVault(folder)) == isOpen);
}

TEST_CASE("a plaintext database, an empty file and a missing file are not opened")
{
    const TemporaryFolder folder;
    { const Vault made = newVault(folder); }
    Bytes plaintext = toBytes("SQLite format 3");
    plaintext.resize(4096);
    writeBytes(folder / "vault.db", plaintext);
    CHECK(errorOf(openVault(folder)) == Error{ErrorKind::Malformed, "vault file is a plaintext database"});
    writeBytes(folder / "vault.db", {});
    CHECK(errorOf(openVault(folder)) == Error{ErrorKind::Malformed, "vault file is empty"});
    fs::remove(folder / "vault.db");
    CHECK(errorOf(openVault(folder)).kind == ErrorKind::Unavailable);
}

TEST_CASE("a truncated or changed vault file is refused as damaged")
{
    const TemporaryFolder folder;
    {
        Vault made = newVault(folder);
        REQUIRE(made.putEvidence(evidence(1, 1000)));
    }
    const Bytes whole = readBytes(folder / "vault.db");
    REQUIRE(whole.size() > 8 * kPageBytes);
    const std::string damaged = "vault file is damaged";
    writeBytes(folder / "vault.db", BytesView(whole).first(1));  // SQLite counts one byte as none.
    CHECK(errorOf(openVault(folder)) == Error{ErrorKind::Malformed, "vault file is empty"});
    for (std::size_t size = 2; size < whole.size(); size += 1021) {
        CAPTURE(size);
        writeBytes(folder / "vault.db", BytesView(whole).first(size));
        CHECK(errorOf(openVault(folder)).message.starts_with(damaged + " at page " + std::to_string(size / kPageBytes + 1) + ": "));
    }
    writeBytes(folder / "vault.db", BytesView(whole).first(whole.size() - kPageBytes));
    CHECK(errorOf(openVault(folder)).message.starts_with(damaged + " at page " + std::to_string(whole.size() / kPageBytes) + ": "));
    for (std::size_t at = 0; at < whole.size(); at += 509) {
        // The last 12 bytes of SQLCipher 3's pages fill up the reserve behind IV and HMAC and carry nothing.
        if (at % kPageBytes >= kPageBytes - 12) continue;
        CAPTURE(at);
        Bytes flipped = whole;
        flipped[at] ^= 0x01;
        writeBytes(folder / "vault.db", flipped);
        const std::string page = std::to_string(at / kPageBytes + 1);
        const std::string want = at < 16 ? "key-slot file belongs to another vault, or the first 16 bytes of the vault file are damaged"
                                         : damaged + " at page " + page + ": ";
        CHECK(errorOf(openVault(folder)).message.starts_with(want));
    }
    writeBytes(folder / "vault.db", whole);
    CHECK(openVault(folder));
}

TEST_CASE("a database that opens under the key but is no vault, or a newer one, is refused")
{
    const TemporaryFolder folder;
    { const Vault made = newVault(folder); }
    REQUIRE(rawDatabase(folder / "vault.db").execute("PRAGMA user_version = 4"));
    CHECK(errorOf(openVault(folder)) ==
          Error{ErrorKind::Malformed, "vault was made by a newer build: its schema is 4, this build knows 3"});
    REQUIRE(rawDatabase(folder / "vault.db").execute("PRAGMA user_version = 3; PRAGMA application_id = 7"));
    CHECK(errorOf(openVault(folder)) == Error{ErrorKind::Malformed, "database is not a vault"});
    REQUIRE(rawDatabase(folder / "vault.db").execute("PRAGMA application_id = 1364350548; PRAGMA user_version = 0"));
    CHECK(errorOf(openVault(folder)) == Error{ErrorKind::Malformed, "database is not a vault"});
}

TEST_CASE("a transaction that is not committed leaves no trace")
{
    const TemporaryFolder folder;
    { const Vault made = newVault(folder); }
    vault::Database database = rawDatabase(folder / "vault.db");
    {
        const auto transaction = vault::Transaction::begin(database).value();
        REQUIRE(database.execute("INSERT INTO settings (name, value) VALUES ('a', 'b')"));
    }
    CHECK(database.integer("SELECT count(*) FROM settings").value() == 0);
}
