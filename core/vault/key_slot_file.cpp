// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/key_slot_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/vault/files.h"

namespace quorate::vault {
namespace {

using nlohmann::json;

constexpr const char* kFormat = "quorate-vault-slots";
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kMaxFileBytes = 16 * 1024;
constexpr std::size_t kMaxSets = 2;

tl::unexpected<Error> malformed(const std::string& what) { return fail(ErrorKind::Malformed, "key-slot file " + what); }

Result<std::uint32_t> numberMember(const json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_unsigned() || found->get<std::uint64_t>() > 0xffffffffU) {
        return malformed(std::string("has no number \"") + name + "\"");
    }
    return static_cast<std::uint32_t>(found->get<std::uint64_t>());
}

Result<std::string> textMember(const json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) return malformed(std::string("has no text \"") + name + "\"");
    return found->get<std::string>();
}

Result<Bytes> bytesMember(const json& object, const char* name)
{
    TRY_ASSIGN(text, textMember(object, name));
    auto bytes = parseBase64(text);
    if (!bytes) return malformed(std::string("has a ") + name + " that is not base64");
    return bytes;
}

Result<const json*> arrayMember(const json& object, const char* name, std::size_t most)
{
    const auto found = object.find(name);
    const bool ok = found != object.end() && found->is_array() && !found->empty() && found->size() <= most &&
                    std::all_of(found->begin(), found->end(), [](const json& item) { return item.is_object(); });
    if (!ok) return malformed(std::string("does not hold 1 to ") + std::to_string(most) + " " + name);
    return &*found;
}

Result<KeySlots::PassphraseSlot> passphraseSlot(const json& slot)
{
    TRY_ASSIGN(kind, textMember(slot, "kind"));
    TRY_ASSIGN(kdf, textMember(slot, "kdf"));
    TRY_ASSIGN(cipher, textMember(slot, "cipher"));
    if (kind != "passphrase" || kdf != "argon2id" || cipher != "aes-256-gcm") return malformed("has a slot of an unknown kind");
    TRY_ASSIGN(memoryKiB, numberMember(slot, "memoryKiB"));
    TRY_ASSIGN(iterations, numberMember(slot, "iterations"));
    TRY_ASSIGN(lanes, numberMember(slot, "lanes"));
    TRY_ASSIGN(salt, bytesMember(slot, "salt"));
    TRY_ASSIGN(nonce, bytesMember(slot, "nonce"));
    TRY_ASSIGN(wrapped, bytesMember(slot, "wrappedKey"));
    return KeySlots::PassphraseSlot{{memoryKiB, iterations, lanes}, std::move(salt), std::move(nonce), std::move(wrapped)};
}

Result<KeySlots::KeystoreSlot> keystoreSlot(const json& slot)
{
    TRY_ASSIGN(kind, textMember(slot, "kind"));
    TRY_ASSIGN(cipher, textMember(slot, "cipher"));
    if (kind != "keystore" || cipher != "aes-256-gcm") return malformed("has a slot of an unknown kind");
    TRY_ASSIGN(name, textMember(slot, "name"));
    TRY_ASSIGN(nonce, bytesMember(slot, "nonce"));
    TRY_ASSIGN(wrapped, bytesMember(slot, "wrappedKey"));
    return KeySlots::KeystoreSlot{std::move(name), std::move(nonce), std::move(wrapped)};
}

/// `set` is the whole file in the first version, which knows neither the database's salt nor a second slot.
Result<KeySlots> setFrom(const json& set, std::uint32_t version)
{
    TRY_ASSIGN(generation, numberMember(set, "sqlcipher"));
    TRY_ASSIGN(slots, arrayMember(set, "slots", version == 1 ? 1 : 2));
    TRY_ASSIGN(passphrase, passphraseSlot(slots->front()));
    std::optional<KeySlots::KeystoreSlot> keystore;
    if (slots->size() == 2) {
        TRY_ASSIGN(second, keystoreSlot(slots->back()));
        keystore = std::move(second);
    }
    std::optional<DatabaseSalt> database;
    if (version > 1) {
        TRY_ASSIGN(hex, textMember(set, "database"));
        const auto salt = parseHexFixed<16>(hex);
        if (!salt) return malformed("has a \"database\" that is not 16 bytes of hexadecimal digits");
        database = *salt;
    }
    TRY_ASSIGN(out, KeySlots::fromParts(generation, database, std::move(passphrase), std::move(keystore)));
    TRY_ASSIGN(checksum, textMember(set, "sha256"));
    // Without it a flipped bit would look like a wrong passphrase, and its owner would doubt their memory.
    if (checksum != toHex(out.checksum())) return malformed("is damaged: its checksum does not match");
    return out;
}

json toObject(const KeySlots& set)
{
    const auto& slot = set.passphrase();
    json slots = json::array({{{"kind", "passphrase"},
                               {"kdf", "argon2id"},
                               {"memoryKiB", slot.cost.memoryKiB},
                               {"iterations", slot.cost.iterations},
                               {"lanes", slot.cost.lanes},
                               {"salt", toBase64(slot.salt)},
                               {"cipher", "aes-256-gcm"},
                               {"nonce", toBase64(slot.nonce)},
                               {"wrappedKey", toBase64(slot.wrappedKey)}}});
    if (const auto& keystore = set.keystore()) {
        slots.push_back({{"kind", "keystore"},
                         {"name", keystore->name},
                         {"cipher", "aes-256-gcm"},
                         {"nonce", toBase64(keystore->nonce)},
                         {"wrappedKey", toBase64(keystore->wrappedKey)}});
    }
    return {{"sqlcipher", set.generation()},
            {"database", toHex(set.database().value_or(DatabaseSalt{}))},
            {"slots", std::move(slots)},
            {"sha256", toHex(set.checksum())}};
}

}  // namespace

KeySlotFile::KeySlotFile(KeySlots current, KeySlots next)
{
    m_sets.push_back(std::move(current));
    m_sets.push_back(std::move(next));
}

Result<KeySlotFile> KeySlotFile::fromJson(std::string_view text)
{
    TRY(refuseNul(text));
    const json parsed = json::parse(text, nullptr, false);
    if (!parsed.is_object()) return malformed("is damaged: it is not a JSON object");
    TRY_ASSIGN(format, textMember(parsed, "format"));
    TRY_ASSIGN(version, numberMember(parsed, "version"));
    if (format != kFormat) return fail(ErrorKind::Malformed, "file is not a vault's key-slot file");
    if (version > kVersion) return malformed("was made by a newer build: its version is " + std::to_string(version));
    KeySlotFile out;
    if (version == 1) {
        TRY_ASSIGN(set, setFrom(parsed, version));
        out.m_sets.push_back(std::move(set));
        return out;
    }
    TRY_ASSIGN(sets, arrayMember(parsed, "databases", kMaxSets));
    for (const json& object : *sets) {
        TRY_ASSIGN(set, setFrom(object, version));
        out.m_sets.push_back(std::move(set));
    }
    return out;
}

std::string KeySlotFile::toJson() const
{
    json databases = json::array();
    for (const KeySlots& set : m_sets) databases.push_back(toObject(set));
    return json{{"format", kFormat}, {"version", kVersion}, {"databases", std::move(databases)}}.dump(2) + "\n";
}

Result<KeySlots> KeySlotFile::slotsFor(const DatabaseSalt& salt) const
{
    for (const KeySlots& set : m_sets) {
        if (!set.database() || *set.database() == salt) return set;
    }
    return fail(ErrorKind::Untrusted, "key-slot file belongs to another vault, or the first 16 bytes of the vault file are damaged");
}

std::filesystem::path KeySlotFile::pathFor(const std::filesystem::path& vault)
{
    std::filesystem::path out = vault;
    out += ".slots";
    return out;
}

Result<KeySlotFile> KeySlotFile::read(const std::filesystem::path& path)
{
    if (!isThere(path)) {
        return fail(ErrorKind::Unavailable, path.string() + " is not there; without its key-slot file a vault does not open");
    }
    TRY_ASSIGN(content, readFile(path, kMaxFileBytes));
    return fromJson(asText(content));
}

Result<void> KeySlotFile::write(const std::filesystem::path& path) const { return writePrivateFile(path, asBytes(toJson())); }

}  // namespace quorate::vault
