// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/vault/key_slots.h"
#include "tests/core/vault/vault_samples.h"
#include "tests/support/random.h"

using namespace quorate;
using namespace quorate::tests;
using vault::KeySlots;

namespace {

SecretBytes databaseKey() { return SecretBytes(Bytes(32, 0x42)); }
KeySlots slots() { return KeySlots::wrap(databaseKey(), passphrase(), kCheap, 3, fixedRandom(5)).value(); }

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

Error errorOf(const std::string& json)
{
    const auto parsed = KeySlots::fromJson(json);
    return parsed ? Error{ErrorKind::Internal, "accepted"} : parsed.error();
}

}  // namespace

TEST_CASE("the database key comes back through the file with the passphrase only")
{
    const TemporaryFolder folder;
    REQUIRE(slots().write(folder / "v.slots"));
    const auto read = KeySlots::read(folder / "v.slots").value();
    CHECK(read.generation() == 3);
    CHECK(read.unwrap(passphrase()).value().equals(databaseKey().expose()));
    CHECK(read.unwrap(passphrase("Correct horse battery staple")).error() == Error{ErrorKind::Untrusted, "wrong passphrase"});
    CHECK(read.toJson() == slots().toJson());
}

TEST_CASE("a key-slot file of the first version opens for ever")
{
    const auto golden = KeySlots::fromJson(R"({
        "format": "quorate-vault-slots", "version": 1, "sqlcipher": 3,
        "slots": [{"kind": "passphrase", "kdf": "argon2id", "memoryKiB": 64, "iterations": 1, "lanes": 1,
                   "salt": "AAECAwQFBgcICQoLDA0ODw==", "cipher": "aes-256-gcm", "nonce": "ZGVmZ2hpamtsbW5v",
                   "wrappedKey": "QGjZYZoMmOFGVIyPJrfv4Eppo2aXsfdiSUQ1jkrLCNNaiQjyKzUj/7GFiUOrmgUo"}],
        "sha256": "d33d38eed204d79eaac5f6d5c7eb9a11e7f63d30121fba8fd01aab0a2ecb519d"})");
    REQUIRE(golden);
    CHECK(golden->unwrap(passphrase()).value().equals(databaseKey().expose()));
}

TEST_CASE("every changed character of a key-slot file is noticed, and none looks like a wrong passphrase")
{
    const std::string json = slots().toJson();
    for (std::size_t i = 0; i < json.size(); ++i) {
        std::string changed = json;
        changed[i] = changed[i] == '1' ? '2' : '1';
        CAPTURE(changed);
        const auto parsed = KeySlots::fromJson(changed);
        if (parsed) CHECK(parsed->toJson() == json);  // White space between tokens may differ.
        if (!parsed) CHECK(parsed.error().kind == ErrorKind::Malformed);
        CHECK_FALSE((parsed && i < json.size() && json[i] != ' ' && json[i] != '\n'));
    }
    for (std::size_t size = 0; size + 2 < json.size(); ++size) {
        CHECK(errorOf(json.substr(0, size)).kind == ErrorKind::Malformed);
    }
}

TEST_CASE("costs that would exhaust this computer are refused before any is spent")
{
    const std::string json = slots().toJson();
    const Error outOfBounds{ErrorKind::Malformed, "key-slot file asks for a passphrase cost out of bounds"};
    CHECK(errorOf(replaced(json, "\"memoryKiB\": 64", "\"memoryKiB\": 4294967295")) == outOfBounds);
    CHECK(errorOf(replaced(json, "\"memoryKiB\": 64", "\"memoryKiB\": 7")) == outOfBounds);
    CHECK(errorOf(replaced(json, "\"iterations\": 1", "\"iterations\": 65")) == outOfBounds);
    CHECK(errorOf(replaced(json, "\"iterations\": 1", "\"iterations\": 0")) == outOfBounds);
    CHECK(errorOf(replaced(json, "\"lanes\": 1", "\"lanes\": 65")) == outOfBounds);
    CHECK(errorOf(replaced(json, "\"lanes\": 1", "\"lanes\": -1")).message == "key-slot file has no number \"lanes\"");
    CHECK(errorOf(replaced(json, "\"lanes\": 1", "\"lanes\": 4294967297")).message == "key-slot file has no number \"lanes\"");
}

TEST_CASE("a newer, a foreign and an oversized key-slot file are told apart")
{
    const std::string json = slots().toJson();
    CHECK(errorOf(replaced(json, "\"version\": 1", "\"version\": 2")).message ==
          "key-slot file was made by a newer build: its version is 2");
    CHECK(errorOf(replaced(json, "quorate-vault-slots", "other")).message == "file is not a vault's key-slot file");
    CHECK(errorOf(replaced(json, "argon2id", "argon2i")).message == "key-slot file has a slot of an unknown kind");
    CHECK(errorOf("[]").message == "key-slot file is damaged: it is not a JSON object");
    const TemporaryFolder folder;
    writeBytes(folder / "v.slots", Bytes(16 * 1024 + 1, ' '));
    CHECK(KeySlots::read(folder / "v.slots").error().kind == ErrorKind::Malformed);
    CHECK(KeySlots::read(folder / "none").error().kind == ErrorKind::Unavailable);
}

TEST_CASE("a passphrase has 1 to 1024 bytes")
{
    CHECK_FALSE(KeySlots::wrap(databaseKey(), SecretBytes(), kCheap, 3, systemRandom()));
    CHECK(KeySlots::wrap(databaseKey(), SecretBytes(Bytes(1024, 'x')), kCheap, 3, systemRandom()));
    CHECK_FALSE(KeySlots::wrap(databaseKey(), SecretBytes(Bytes(1025, 'x')), kCheap, 3, systemRandom()));
}
