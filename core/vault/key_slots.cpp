// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/key_slots.h"

#include <algorithm>
#include <argon2.h>
#include <chrono>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::vault {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kWrappedBytes = 48;
constexpr std::size_t kKeystoreKeyBytes = 32;
constexpr std::size_t kMaxPassphraseBytes = 1024;
constexpr std::size_t kMaxKeystoreName = 128;
// What a hostile file may make this computer spend: 1 GiB of memory, and about a minute.
constexpr std::uint32_t kMaxMemoryKiB = 1024 * 1024;
constexpr std::uint32_t kMaxIterations = 64;
constexpr std::uint32_t kMaxLanes = 64;
constexpr PassphraseCost kLeastCalibrated{19 * 1024, 2, 1};
constexpr PassphraseCost kMostCalibrated{256 * 1024, 16, 1};

Result<SecretBytes> wrappingKey(const SecretBytes& passphrase, const PassphraseCost& cost, BytesView salt)
{
    SecretBytes out(std::size_t{32});
    const int code = argon2id_hash_raw(cost.iterations, cost.memoryKiB, cost.lanes, passphrase.expose().data(), passphrase.size(),
                                       salt.data(), salt.size(), out.exposeMutable().data(), out.size());
    if (code != ARGON2_OK) return fail(ErrorKind::Unavailable, std::string("Argon2id: ") + argon2_error_message(code));
    return out;
}

Result<void> checkSizes(BytesView nonce, BytesView wrappedKey)
{
    if (nonce.size() == kNonceBytes && wrappedKey.size() == kWrappedBytes) return {};
    return fail(ErrorKind::Malformed, "key-slot file's nonce and wrappedKey are " + std::to_string(nonce.size()) + " and " +
                                          std::to_string(wrappedKey.size()) + " bytes, want 12 and 48");
}

Result<void> checkKeystoreName(const std::string& name)
{
    if (!name.empty() && name.size() <= kMaxKeystoreName) return {};
    return fail(ErrorKind::Malformed, "name of the keystore's entry is " + std::to_string(name.size()) + " bytes, want 1 to 128");
}

}  // namespace

Result<void> checkCost(const PassphraseCost& cost)
{
    const bool ok = cost.lanes >= 1 && cost.lanes <= kMaxLanes && cost.iterations >= 1 && cost.iterations <= kMaxIterations &&
                    cost.memoryKiB >= 8 * cost.lanes && cost.memoryKiB <= kMaxMemoryKiB;
    if (!ok) return fail(ErrorKind::Malformed, "key-slot file asks for a passphrase cost out of bounds");
    return {};
}

Result<PassphraseCost> calibrate(double targetMs, const std::function<Result<double>(const PassphraseCost&)>& measureMs)
{
    TRY_ASSIGN(leastMs, measureMs(kLeastCalibrated));
    // Time grows with memory times passes. Memory first: it is what a guesser's hardware lacks.
    const double factor = leastMs > 0 ? targetMs / leastMs : 1;
    const double work = std::max(1.0, factor) * kLeastCalibrated.memoryKiB * kLeastCalibrated.iterations;
    PassphraseCost out = kLeastCalibrated;
    out.memoryKiB = static_cast<std::uint32_t>(std::clamp(work / kLeastCalibrated.iterations, double{kLeastCalibrated.memoryKiB},
                                                          double{kMostCalibrated.memoryKiB}));
    out.iterations = static_cast<std::uint32_t>(
        std::clamp(work / out.memoryKiB, double{kLeastCalibrated.iterations}, double{kMostCalibrated.iterations}));
    return out;
}

Result<double> measurePassphraseMs(const PassphraseCost& cost)
{
    TRY(checkCost(cost));
    const auto before = std::chrono::steady_clock::now();
    TRY(wrappingKey(SecretBytes::copyOf(asBytes("passphrase")), cost, Bytes(kSaltBytes)));
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count();
}

Bytes KeySlots::associatedData(const PassphraseSlot& slot) const
{
    return ByteWriter()
        .text("quorate/v1/vault-slot")
        .u32be(m_generation)
        .u32be(slot.cost.memoryKiB)
        .u32be(slot.cost.iterations)
        .u32be(slot.cost.lanes)
        .lengthPrefixed(slot.salt)
        .take();
}

Bytes KeySlots::associatedData(const KeystoreSlot& slot) const
{
    return ByteWriter().text("quorate/v1/vault-keystore-slot").u32be(m_generation).lengthPrefixed(asBytes(slot.name)).take();
}

Digest32 KeySlots::checksum() const
{
    ByteWriter out;
    out.raw(associatedData(m_passphrase)).lengthPrefixed(m_passphrase.nonce).lengthPrefixed(m_passphrase.wrappedKey);
    if (m_database) out.lengthPrefixed(m_database->view());
    if (m_keystore) out.raw(associatedData(*m_keystore)).lengthPrefixed(m_keystore->nonce).lengthPrefixed(m_keystore->wrappedKey);
    return sha256(out.take());
}

Result<KeySlots> KeySlots::wrap(const SecretBytes& databaseKey, const SecretBytes& passphrase, PassphraseCost cost,
                                unsigned generation, const RandomSource& random)
{
    KeySlots out;
    out.m_generation = generation;
    TRY(out.setPassphrase(databaseKey, passphrase, cost, random));
    return out;
}

Result<KeySlots> KeySlots::fromParts(unsigned generation, std::optional<DatabaseSalt> database, PassphraseSlot passphrase,
                                     std::optional<KeystoreSlot> keystore)
{
    if (passphrase.salt.size() != kSaltBytes) {
        return fail(ErrorKind::Malformed, "key-slot file's salt is " + std::to_string(passphrase.salt.size()) + " bytes, want 16");
    }
    TRY(checkSizes(passphrase.nonce, passphrase.wrappedKey));
    TRY(checkCost(passphrase.cost));
    if (keystore) {
        TRY(checkSizes(keystore->nonce, keystore->wrappedKey));
        TRY(checkKeystoreName(keystore->name));
    }
    KeySlots out;
    out.m_generation = generation;
    out.m_database = database;
    out.m_passphrase = std::move(passphrase);
    out.m_keystore = std::move(keystore);
    return out;
}

Result<void> KeySlots::setPassphrase(const SecretBytes& databaseKey, const SecretBytes& passphrase, PassphraseCost cost,
                                     const RandomSource& random)
{
    if (passphrase.empty() || passphrase.size() > kMaxPassphraseBytes) {
        return fail(ErrorKind::Malformed, "passphrase is " + std::to_string(passphrase.size()) + " bytes, want 1 to 1024");
    }
    TRY(checkCost(cost));
    TRY_ASSIGN(salt, randomFixed<kSaltBytes>(random));
    TRY_ASSIGN(nonce, randomFixed<kNonceBytes>(random));
    PassphraseSlot slot{cost, toBytes(salt.view()), toBytes(nonce.view()), {}};
    TRY_ASSIGN(key, wrappingKey(passphrase, cost, slot.salt));
    TRY_ASSIGN(wrapped, sealAes256Gcm(key.expose(), slot.nonce, associatedData(slot), databaseKey.expose()));
    slot.wrappedKey = std::move(wrapped);
    m_passphrase = std::move(slot);
    return {};
}

Result<void> KeySlots::setKeystore(const SecretBytes& databaseKey, const SecretBytes& keystoreKey, const std::string& name,
                                   const RandomSource& random)
{
    if (keystoreKey.size() != kKeystoreKeyBytes) {
        return fail(ErrorKind::Malformed, "keystore's key is " + std::to_string(keystoreKey.size()) + " bytes, want 32");
    }
    TRY(checkKeystoreName(name));
    TRY_ASSIGN(nonce, randomFixed<kNonceBytes>(random));
    KeystoreSlot slot{name, toBytes(nonce.view()), {}};
    TRY_ASSIGN(wrapped, sealAes256Gcm(keystoreKey.expose(), slot.nonce, associatedData(slot), databaseKey.expose()));
    slot.wrappedKey = std::move(wrapped);
    m_keystore = std::move(slot);
    return {};
}

Result<SecretBytes> KeySlots::unwrap(const SecretBytes& passphrase) const
{
    TRY_ASSIGN(key, wrappingKey(passphrase, m_passphrase.cost, m_passphrase.salt));
    auto opened = openAes256Gcm(key.expose(), m_passphrase.nonce, associatedData(m_passphrase), m_passphrase.wrappedKey);
    if (!opened) return fail(ErrorKind::Untrusted, "wrong passphrase");
    return opened;
}

Result<SecretBytes> KeySlots::unwrapByKeystore(const SecretBytes& keystoreKey) const
{
    if (!m_keystore) return fail(ErrorKind::Untrusted, "vault has no slot for a keystore, want the passphrase");
    auto opened = openAes256Gcm(keystoreKey.expose(), m_keystore->nonce, associatedData(*m_keystore), m_keystore->wrappedKey);
    if (!opened) return fail(ErrorKind::Untrusted, "the keystore's key does not open this vault, want the passphrase");
    return opened;
}

}  // namespace quorate::vault
