// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/hpke.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"
#include "core/crypto/hpke_internal.h"
#include "core/crypto/openssl_handles.h"

namespace quorate::hpke {
namespace {

constexpr std::size_t kKeyBytes = 32;    // Nk
constexpr std::size_t kNonceBytes = 12;  // Nn
constexpr std::size_t kEncBytes = 32;    // Nenc
constexpr std::size_t kTagBytes = 16;    // Nt
constexpr std::uint8_t kModeBase = 0x00;

Bytes kemSuiteId() { return ByteWriter().text("KEM").raw(BytesView(kSuite.bytes).first(2)).take(); }
Bytes hpkeSuiteId() { return ByteWriter().text("HPKE").raw(kSuite.view()).take(); }

SecretBytes secretHmac(BytesView key, BytesView message)
{
    Digest32 mac = hmacSha256(key, message);
    SecretBytes out = SecretBytes::copyOf(mac.view());
    OPENSSL_cleanse(mac.bytes.data(), mac.bytes.size());
    return out;
}

/// LabeledExtract (section 4). HMAC pads an empty salt with zeros, which is what RFC 5869 asks for.
SecretBytes labeledExtract(BytesView suite, BytesView salt, std::string_view label, BytesView ikm)
{
    const SecretBytes labeled(ByteWriter().text("HPKE-v1").raw(suite).text(label).raw(ikm).take());
    return secretHmac(salt, labeled.expose());
}

/// LabeledExpand (section 4): HKDF-Expand of RFC 5869 under a labelled info.
SecretBytes expandFor(BytesView suite, const SecretBytes& prk, std::string_view label, BytesView info,
                      std::size_t sizeBytes)
{
    const Bytes labeled = ByteWriter()
                              .u8(static_cast<std::uint8_t>(sizeBytes >> 8))
                              .u8(static_cast<std::uint8_t>(sizeBytes))
                              .text("HPKE-v1")
                              .raw(suite)
                              .text(label)
                              .raw(info)
                              .take();
    SecretBytes out(sizeBytes);
    SecretBytes block;
    std::size_t done = 0;
    for (std::uint8_t counter = 1; done < sizeBytes; ++counter) {
        const SecretBytes message(ByteWriter().raw(block.expose()).raw(labeled).u8(counter).take());
        block = secretHmac(prk.expose(), message.expose());
        const std::size_t count = std::min(block.size(), sizeBytes - done);
        std::copy_n(block.expose().begin(), count, out.exposeMutable().begin() + static_cast<std::ptrdiff_t>(done));
        done += count;
    }
    return out;
}

/// ExtractAndExpand of DHKEM (section 4.1).
SecretBytes kemSecret(const SecretBytes& dh, const Digest32& enc, const Digest32& pkR)
{
    const Bytes suite = kemSuiteId();
    const SecretBytes prk = labeledExtract(suite, {}, "eae_prk", dh.expose());
    const Bytes context = ByteWriter().raw(enc.view()).raw(pkR.view()).take();
    return expandFor(suite, prk, "shared_secret", context, 32);
}

openssl::PkeyPtr privateHandle(BytesView raw)
{
    return openssl::PkeyPtr(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, raw.data(), raw.size()));
}

}  // namespace

namespace internal {

SecretBytes KeySchedule::key() const { return labeledExpand(secret, "key", context, kKeyBytes); }
SecretBytes KeySchedule::baseNonce() const { return labeledExpand(secret, "base_nonce", context, kNonceBytes); }

SecretBytes labeledExpand(const SecretBytes& prk, std::string_view label, BytesView info, std::size_t sizeBytes)
{
    return expandFor(hpkeSuiteId(), prk, label, info, sizeBytes);
}

Result<SecretBytes> diffieHellman(BytesView privateKey, const Digest32& publicKey)
{
    const openssl::PkeyPtr own = privateHandle(privateKey);
    const openssl::PkeyPtr peer(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, publicKey.bytes.data(), publicKey.bytes.size()));
    const openssl::PkeyCtxPtr context(own ? EVP_PKEY_CTX_new(own.get(), nullptr) : nullptr);
    SecretBytes shared(kKeyBytes);
    std::size_t length = shared.size();
    if (!context || !peer || EVP_PKEY_derive_init(context.get()) != 1 ||
        EVP_PKEY_derive_set_peer(context.get(), peer.get()) != 1) {
        return fail(ErrorKind::Internal, "X25519 cannot be set up: " + openssl::lastError());
    }
    // OpenSSL reports a low-order point by failing; the comparison holds should a later version not do so.
    const bool derived = EVP_PKEY_derive(context.get(), shared.exposeMutable().data(), &length) == 1;
    ERR_clear_error();
    if (!derived || length != kKeyBytes || shared.equals(Digest32{}.view())) {
        return fail(ErrorKind::Untrusted, "X25519 public key is a low-order point");
    }
    return shared;
}

Result<SecretBytes> encapsulate(const PrivateKey& skE, const Digest32& pkR)
{
    TRY_ASSIGN(dh, diffieHellman(skE.exposeRaw(), pkR));
    return kemSecret(dh, skE.publicKey(), pkR);
}

Result<SecretBytes> decapsulate(const PrivateKey& skR, const Digest32& enc)
{
    TRY_ASSIGN(dh, diffieHellman(skR.exposeRaw(), enc));
    return kemSecret(dh, enc, skR.publicKey());
}

KeySchedule scheduleBase(const SecretBytes& sharedSecret, BytesView info)
{
    const Bytes suite = hpkeSuiteId();
    const SecretBytes pskIdHash = labeledExtract(suite, {}, "psk_id_hash", {});
    const SecretBytes infoHash = labeledExtract(suite, {}, "info_hash", info);
    KeySchedule out;
    out.context = ByteWriter().u8(kModeBase).raw(pskIdHash.expose()).raw(infoHash.expose()).take();
    out.secret = labeledExtract(suite, sharedSecret.expose(), "secret", {});
    return out;
}

Result<Bytes> sealWith(const PrivateKey& skE, const Digest32& pkR, BytesView info, BytesView aad, BytesView plaintext)
{
    TRY_ASSIGN(sharedSecret, encapsulate(skE, pkR));
    const KeySchedule schedule = scheduleBase(sharedSecret, info);
    TRY_ASSIGN(ciphertext, sealAes256Gcm(schedule.key().expose(), schedule.baseNonce().expose(), aad, plaintext));
    return ByteWriter().raw(skE.publicKey().view()).raw(ciphertext).take();
}

}  // namespace internal

Result<PrivateKey> PrivateKey::generate(const RandomSource& random)
{
    TRY_ASSIGN(raw, randomSecret(random, kKeyBytes));
    return fromRaw(raw.expose());
}

Result<PrivateKey> PrivateKey::fromRaw(BytesView raw)
{
    if (raw.size() != kKeyBytes) {
        return fail(ErrorKind::Malformed, "X25519 private key is " + std::to_string(raw.size()) + " bytes, want 32");
    }
    const openssl::PkeyPtr handle = privateHandle(raw);
    PrivateKey out;
    std::size_t length = out.m_public.bytes.size();
    if (!handle || EVP_PKEY_get_raw_public_key(handle.get(), out.m_public.bytes.data(), &length) != 1) {
        return fail(ErrorKind::Internal, "X25519 public key cannot be computed: " + openssl::lastError());
    }
    out.m_raw = SecretBytes::copyOf(raw);
    return out;
}

Result<Bytes> seal(const Digest32& pkR, BytesView info, BytesView aad, BytesView plaintext, const RandomSource& random)
{
    TRY_ASSIGN(skE, PrivateKey::generate(random));
    return internal::sealWith(skE, pkR, info, aad, plaintext);
}

Result<SecretBytes> open(const PrivateKey& skR, BytesView info, BytesView aad, BytesView sealed)
{
    if (sealed.size() < kEncBytes + kTagBytes) {
        return fail(ErrorKind::Malformed, "sealed text is " + std::to_string(sealed.size()) + " bytes, want at least 48");
    }
    TRY_ASSIGN(enc, Digest32::from(sealed.first(kEncBytes)));
    TRY_ASSIGN(sharedSecret, internal::decapsulate(skR, enc));
    const internal::KeySchedule schedule = internal::scheduleBase(sharedSecret, info);
    return openAes256Gcm(schedule.key().expose(), schedule.baseNonce().expose(), aad, sealed.subspan(kEncBytes));
}

}  // namespace quorate::hpke
