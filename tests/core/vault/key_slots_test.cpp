// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/vault/key_slot_file.h"
#include "tests/core/vault/vault_samples.h"
#include "tests/support/random.h"

using namespace quorate;
using namespace quorate::tests;
using vault::KeySlotFile;
using vault::KeySlots;

namespace {

SecretBytes databaseKey() { return SecretBytes(Bytes(32, 0x42)); }
SecretBytes keystoreKey() { return SecretBytes(Bytes(32, 0x17)); }
KeySlots slotsOf(std::uint8_t database)
{
    KeySlots out = KeySlots::wrap(databaseKey(), passphrase(), kCheap, 3, fixedRandom(5)).value();
    vault::DatabaseSalt salt;
    salt.bytes.fill(database);
    out.setDatabase(salt);
    return out;
}
/// Two databases, the first with both kinds of slot: everything that the format can hold.
KeySlotFile slots()
{
    KeySlots current = slotsOf(1);
    REQUIRE(current.setKeystore(databaseKey(), keystoreKey(), "quorate-vault-1", fixedRandom(6)));
    return {current, slotsOf(2)};
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

Error errorOf(const std::string& json)
{
    const auto parsed = KeySlotFile::fromJson(json);
    return parsed ? Error{ErrorKind::Internal, "accepted"} : parsed.error();
}

}  // namespace

TEST_CASE("the database key comes back through the file with the passphrase only")
{
    const TemporaryFolder folder;
    REQUIRE(slots().write(folder / "v.slots"));
    const auto file = KeySlotFile::read(folder / "v.slots").value();
    const KeySlots& read = file.sets().front();
    CHECK(read.generation() == 3);
    CHECK(read.unwrap(passphrase()).value().equals(databaseKey().expose()));
    CHECK(read.unwrap(passphrase("Correct horse battery staple")).error() == Error{ErrorKind::Untrusted, "wrong passphrase"});
    CHECK(file.toJson() == slots().toJson());
}

TEST_CASE("a key-slot file of the first version opens for ever")
{
    const auto golden = KeySlotFile::fromJson(R"({
        "format": "quorate-vault-slots", "version": 1, "sqlcipher": 3,
        "slots": [{"kind": "passphrase", "kdf": "argon2id", "memoryKiB": 64, "iterations": 1, "lanes": 1,
                   "salt": "AAECAwQFBgcICQoLDA0ODw==", "cipher": "aes-256-gcm", "nonce": "ZGVmZ2hpamtsbW5v",
                   "wrappedKey": "QGjZYZoMmOFGVIyPJrfv4Eppo2aXsfdiSUQ1jkrLCNNaiQjyKzUj/7GFiUOrmgUo"}],
        "sha256": "d33d38eed204d79eaac5f6d5c7eb9a11e7f63d30121fba8fd01aab0a2ecb519d"})");
    REQUIRE(golden);
    CHECK(golden->sets().front().unwrap(passphrase()).value().equals(databaseKey().expose()));
}

TEST_CASE("every changed character of a key-slot file is noticed, and none looks like a wrong passphrase")
{
    const std::string json = slots().toJson();
    for (std::size_t i = 0; i < json.size(); ++i) {
        std::string changed = json;
        changed[i] = changed[i] == '1' ? '2' : '1';
        CAPTURE(changed);
        const auto parsed = KeySlotFile::fromJson(changed);
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
    CHECK(errorOf(replaced(json, "\"version\": 2", "\"version\": 3")).message ==
          "key-slot file was made by a newer build: its version is 3");
    CHECK(errorOf(replaced(json, "quorate-vault-slots", "other")).message == "file is not a vault's key-slot file");
    CHECK(errorOf(replaced(json, "argon2id", "argon2i")).message == "key-slot file has a slot of an unknown kind");
    CHECK(errorOf(json + '\0' + "more").message == "JSON text holds a NUL");
    CHECK(errorOf("[]").message == "key-slot file is damaged: it is not a JSON object");
    const TemporaryFolder folder;
    writeBytes(folder / "v.slots", Bytes(16 * 1024 + 1, ' '));
    CHECK(KeySlotFile::read(folder / "v.slots").error().kind == ErrorKind::Malformed);
    CHECK(KeySlotFile::read(folder / "none").error().kind == ErrorKind::Unavailable);
}

TEST_CASE("a passphrase has 1 to 1024 bytes")
{
    CHECK_FALSE(KeySlots::wrap(databaseKey(), SecretBytes(), kCheap, 3, systemRandom()));
    CHECK(KeySlots::wrap(databaseKey(), SecretBytes(Bytes(1024, 'x')), kCheap, 3, systemRandom()));
    CHECK_FALSE(KeySlots::wrap(databaseKey(), SecretBytes(Bytes(1025, 'x')), kCheap, 3, systemRandom()));
}

TEST_CASE("a keystore's key opens what the passphrase opens, and no other key does")
{
    const KeySlots both = slots().sets().front();
    CHECK(both.unwrapByKeystore(keystoreKey()).value().equals(databaseKey().expose()));
    CHECK(both.unwrapByKeystore(SecretBytes(Bytes(32, 0x18))).error().kind == ErrorKind::Untrusted);
    CHECK(slotsOf(1).unwrapByKeystore(keystoreKey()).error().kind == ErrorKind::Untrusted);
    KeySlots without = both;
    without.removeKeystore();
    CHECK_FALSE(without.unwrapByKeystore(keystoreKey()));
    CHECK_FALSE(without.setKeystore(databaseKey(), SecretBytes(Bytes(31, 1)), "name", systemRandom()));
    CHECK_FALSE(without.setKeystore(databaseKey(), keystoreKey(), "", systemRandom()));
}

TEST_CASE("the slots of a database are found by its first bytes, and those of another are not taken for them")
{
    vault::DatabaseSalt second;
    second.bytes.fill(2);
    CHECK(slots().slotsFor(second).value().checksum() == slotsOf(2).checksum());
    vault::DatabaseSalt third;
    third.bytes.fill(3);
    CHECK(slots().slotsFor(third).error().kind == ErrorKind::Untrusted);
}

TEST_CASE("the cost is calibrated to the time wanted, within bounds")
{
    // A computer that takes 1 ms for each MiB and pass.
    const auto linear = [](const vault::PassphraseCost& cost) -> Result<double> { return cost.memoryKiB / 1024.0 * cost.iterations; };
    const auto ms = [&](double target) {
        const auto cost = vault::calibrate(target, linear).value();
        CHECK(vault::checkCost(cost));
        return linear(cost).value();
    };
    CHECK(ms(0) == doctest::Approx(38));
    CHECK(ms(400) == doctest::Approx(400).epsilon(0.02));
    CHECK(ms(2000) == doctest::Approx(2000).epsilon(0.15));
    CHECK(ms(1e9) == doctest::Approx(256 * 16));
    CHECK(vault::calibrate(400, linear).value().memoryKiB == 200 * 1024);
    CHECK(vault::measurePassphraseMs(kCheap).value() > 0);
    CHECK_FALSE(vault::calibrate(400, [](const vault::PassphraseCost&) -> Result<double> { return fail(ErrorKind::Unavailable, "x"); }));
}
