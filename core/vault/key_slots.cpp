// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/key_slots.h"

#include <argon2.h>
#include <nlohmann/json.hpp>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"
#include "core/vault/files.h"

namespace quorate::vault {
namespace {

using nlohmann::json;

constexpr const char* kFormat = "quorate-vault-slots";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kMaxFileBytes = 16 * 1024;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kWrappedBytes = 48;
constexpr std::size_t kMaxPassphraseBytes = 1024;
// What a hostile file may make this computer spend: 1 GiB of memory, and about a minute.
constexpr std::uint32_t kMaxMemoryKiB = 1024 * 1024;
constexpr std::uint32_t kMaxIterations = 64;
constexpr std::uint32_t kMaxLanes = 64;

Result<void> checkCost(const PassphraseCost& cost)
{
    const bool ok = cost.lanes >= 1 && cost.lanes <= kMaxLanes && cost.iterations >= 1 && cost.iterations <= kMaxIterations &&
                    cost.memoryKiB >= 8 * cost.lanes && cost.memoryKiB <= kMaxMemoryKiB;
    if (!ok) return fail(ErrorKind::Malformed, "key-slot file asks for a passphrase cost out of bounds");
    return {};
}

Result<SecretBytes> wrappingKey(const SecretBytes& passphrase, const PassphraseCost& cost, BytesView salt)
{
    SecretBytes out(std::size_t{32});
    const int code = argon2id_hash_raw(cost.iterations, cost.memoryKiB, cost.lanes, passphrase.expose().data(), passphrase.size(),
                                       salt.data(), salt.size(), out.exposeMutable().data(), out.size());
    if (code != ARGON2_OK) return fail(ErrorKind::Unavailable, std::string("Argon2id: ") + argon2_error_message(code));
    return out;
}

Result<std::uint32_t> numberMember(const json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_unsigned() || found->get<std::uint64_t>() > 0xffffffffU) {
        return fail(ErrorKind::Malformed, std::string("key-slot file has no number \"") + name + "\"");
    }
    return static_cast<std::uint32_t>(found->get<std::uint64_t>());
}

Result<std::string> textMember(const json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) {
        return fail(ErrorKind::Malformed, std::string("key-slot file has no text \"") + name + "\"");
    }
    return found->get<std::string>();
}

Result<Bytes> bytesMember(const json& object, const char* name, std::size_t sizeBytes)
{
    TRY_ASSIGN(text, textMember(object, name));
    auto bytes = parseBase64(text);
    if (!bytes || bytes->size() != sizeBytes) {
        return fail(ErrorKind::Malformed, std::string("key-slot file's ") + name + " is not " + std::to_string(sizeBytes) + " bytes");
    }
    return bytes;
}

}  // namespace

std::filesystem::path KeySlots::pathFor(const std::filesystem::path& vault)
{
    std::filesystem::path out = vault;
    out += ".slots";
    return out;
}

Bytes KeySlots::associatedData() const
{
    return ByteWriter()
        .text("quorate/v1/vault-slot")
        .u32be(m_generation)
        .u32be(m_cost.memoryKiB)
        .u32be(m_cost.iterations)
        .u32be(m_cost.lanes)
        .lengthPrefixed(m_salt)
        .take();
}

Digest32 KeySlots::checksum() const
{
    return sha256(ByteWriter().raw(associatedData()).lengthPrefixed(m_nonce).lengthPrefixed(m_wrappedKey).take());
}

Result<KeySlots> KeySlots::wrap(const SecretBytes& databaseKey, const SecretBytes& passphrase, PassphraseCost cost,
                                unsigned generation, const RandomSource& random)
{
    if (passphrase.empty() || passphrase.size() > kMaxPassphraseBytes) {
        return fail(ErrorKind::Malformed, "passphrase is " + std::to_string(passphrase.size()) + " bytes, want 1 to 1024");
    }
    TRY(checkCost(cost));
    TRY_ASSIGN(salt, randomFixed<kSaltBytes>(random));
    TRY_ASSIGN(nonce, randomFixed<kNonceBytes>(random));
    KeySlots out;
    out.m_generation = generation;
    out.m_cost = cost;
    out.m_salt = toBytes(salt.view());
    out.m_nonce = toBytes(nonce.view());
    TRY_ASSIGN(key, wrappingKey(passphrase, cost, out.m_salt));
    TRY_ASSIGN(wrapped, sealAes256Gcm(key.expose(), out.m_nonce, out.associatedData(), databaseKey.expose()));
    out.m_wrappedKey = std::move(wrapped);
    return out;
}

Result<SecretBytes> KeySlots::unwrap(const SecretBytes& passphrase) const
{
    TRY_ASSIGN(key, wrappingKey(passphrase, m_cost, m_salt));
    auto opened = openAes256Gcm(key.expose(), m_nonce, associatedData(), m_wrappedKey);
    if (!opened) return fail(ErrorKind::Untrusted, "wrong passphrase");
    return opened;
}

std::string KeySlots::toJson() const
{
    const json slot = {{"kind", "passphrase"},          {"kdf", "argon2id"},           {"memoryKiB", m_cost.memoryKiB},
                       {"iterations", m_cost.iterations}, {"lanes", m_cost.lanes},     {"salt", toBase64(m_salt)},
                       {"cipher", "aes-256-gcm"},       {"nonce", toBase64(m_nonce)}, {"wrappedKey", toBase64(m_wrappedKey)}};
    const json out = {{"format", kFormat},
                      {"version", kVersion},
                      {"sqlcipher", m_generation},
                      {"slots", json::array({slot})},
                      {"sha256", toHex(checksum())}};
    return out.dump(2) + "\n";
}

Result<KeySlots> KeySlots::fromJson(std::string_view text)
{
    const json parsed = json::parse(text, nullptr, false);
    if (!parsed.is_object()) return fail(ErrorKind::Malformed, "key-slot file is damaged: it is not a JSON object");
    TRY_ASSIGN(format, textMember(parsed, "format"));
    TRY_ASSIGN(version, numberMember(parsed, "version"));
    if (format != kFormat) return fail(ErrorKind::Malformed, "file is not a vault's key-slot file");
    if (version > kVersion) {
        return fail(ErrorKind::Malformed, "key-slot file was made by a newer build: its version is " + std::to_string(version));
    }
    TRY_ASSIGN(generation, numberMember(parsed, "sqlcipher"));
    const auto slots = parsed.find("slots");
    if (slots == parsed.end() || !slots->is_array() || slots->size() != 1 || !slots->front().is_object()) {
        return fail(ErrorKind::Malformed, "key-slot file does not hold one slot");
    }
    const json& slot = slots->front();
    TRY_ASSIGN(kind, textMember(slot, "kind"));
    TRY_ASSIGN(kdf, textMember(slot, "kdf"));
    TRY_ASSIGN(cipher, textMember(slot, "cipher"));
    if (kind != "passphrase" || kdf != "argon2id" || cipher != "aes-256-gcm") {
        return fail(ErrorKind::Malformed, "key-slot file has a slot of an unknown kind");
    }
    TRY_ASSIGN(memoryKiB, numberMember(slot, "memoryKiB"));
    TRY_ASSIGN(iterations, numberMember(slot, "iterations"));
    TRY_ASSIGN(lanes, numberMember(slot, "lanes"));
    TRY_ASSIGN(salt, bytesMember(slot, "salt", kSaltBytes));
    TRY_ASSIGN(nonce, bytesMember(slot, "nonce", kNonceBytes));
    TRY_ASSIGN(wrapped, bytesMember(slot, "wrappedKey", kWrappedBytes));
    TRY_ASSIGN(checksumText, textMember(parsed, "sha256"));
    KeySlots out;
    out.m_generation = generation;
    out.m_cost = {memoryKiB, iterations, lanes};
    out.m_salt = std::move(salt);
    out.m_nonce = std::move(nonce);
    out.m_wrappedKey = std::move(wrapped);
    TRY(checkCost(out.m_cost));
    // Without it a flipped bit would look like a wrong passphrase, and its owner would doubt their memory.
    if (checksumText != toHex(out.checksum())) return fail(ErrorKind::Malformed, "key-slot file is damaged: its checksum does not match");
    return out;
}

Result<KeySlots> KeySlots::read(const std::filesystem::path& path)
{
    TRY_ASSIGN(content, readFile(path, kMaxFileBytes));
    return fromJson(asText(content));
}

Result<void> KeySlots::write(const std::filesystem::path& path) const { return writePrivateFile(path, asBytes(toJson())); }

}  // namespace quorate::vault
