// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/sealed_records.h"

#include <algorithm>
#include <openssl/crypto.h>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"
#include "core/crypto/openssl_handles.h"

namespace quorate {
namespace {

constexpr std::string_view kMagic = "QRSEAL01";
constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kNonceBytes = 12;

struct RecordPlace {
    std::array<std::uint8_t, kNonceBytes> nonce{};
    std::array<std::uint8_t, 8> aad{};
};

RecordPlace placeOf(std::uint64_t number)
{
    RecordPlace out;
    for (std::size_t i = 0; i < 8; ++i) out.aad[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
    std::copy(out.aad.begin(), out.aad.end(), out.nonce.begin() + 4);
    return out;
}

}  // namespace

struct SealedRecords::Ciphers {
    openssl::CipherCtxPtr seal{EVP_CIPHER_CTX_new()};
    openssl::CipherCtxPtr open{EVP_CIPHER_CTX_new()};

    /// The key schedule is made once; each record sets its nonce.
    static Result<std::unique_ptr<Ciphers>> forKey(BytesView key, BytesView label, BytesView salt)
    {
        const Bytes info = ByteWriter().text("quorate/v1/sealed-records").lengthPrefixed(label).lengthPrefixed(salt).take();
        TRY_ASSIGN(fileKey, hkdfSha256(key, info, 32));
        auto out = std::make_unique<Ciphers>();
        if (EVP_EncryptInit_ex(out->seal.get(), EVP_aes_256_gcm(), nullptr, fileKey.expose().data(), nullptr) != 1 ||
            EVP_DecryptInit_ex(out->open.get(), EVP_aes_256_gcm(), nullptr, fileKey.expose().data(), nullptr) != 1) {
            return fail(ErrorKind::Internal, "AES-256-GCM: " + openssl::lastError());
        }
        return out;
    }
};

SealedRecords::SealedRecords(FixedBytes<kHeaderBytes> header, std::unique_ptr<Ciphers> ciphers)
    : m_header(header), m_ciphers(std::move(ciphers))
{
}

SealedRecords::SealedRecords(SealedRecords&&) noexcept = default;
SealedRecords& SealedRecords::operator=(SealedRecords&&) noexcept = default;
SealedRecords::~SealedRecords() = default;

Result<SealedRecords> SealedRecords::create(BytesView key, BytesView label, const RandomSource& random)
{
    TRY_ASSIGN(salt, randomFixed<kSaltBytes>(random));
    TRY_ASSIGN(ciphers, Ciphers::forKey(key, label, salt.view()));
    FixedBytes<kHeaderBytes> header;
    const auto rest = std::copy(kMagic.begin(), kMagic.end(), header.bytes.begin());
    std::copy(salt.bytes.begin(), salt.bytes.end(), rest);
    return SealedRecords(header, std::move(ciphers));
}

Result<SealedRecords> SealedRecords::open(BytesView key, BytesView label, BytesView bytes)
{
    auto header = FixedBytes<kHeaderBytes>::from(bytes);
    if (!header) return failAt("sealed records' header", header.error());
    if (asText(bytes.first(kMagic.size())) != kMagic) return fail(ErrorKind::Malformed, "sealed records do not begin with QRSEAL01");
    TRY_ASSIGN(ciphers, Ciphers::forKey(key, label, bytes.subspan(kMagic.size())));
    return SealedRecords(*header, std::move(ciphers));
}

Result<void> SealedRecords::seal(std::uint64_t number, BytesView plaintext, std::span<std::uint8_t> out)
{
    if (number < m_next || plaintext.size() > kRecordBytes || out.size() != plaintext.size() + kTagBytes) {
        return fail(ErrorKind::Internal, "record " + std::to_string(number) + " cannot be sealed: used before, or of a wrong size");
    }
    m_next = number + 1;
    const RecordPlace place = placeOf(number);
    EVP_CIPHER_CTX* const cipher = m_ciphers->seal.get();
    int length = 0;
    const bool ok = EVP_EncryptInit_ex(cipher, nullptr, nullptr, nullptr, place.nonce.data()) == 1 &&
                    EVP_EncryptUpdate(cipher, nullptr, &length, place.aad.data(), static_cast<int>(place.aad.size())) == 1 &&
                    EVP_EncryptUpdate(cipher, out.data(), &length, plaintext.data(), static_cast<int>(plaintext.size())) == 1 &&
                    EVP_EncryptFinal_ex(cipher, out.data() + plaintext.size(), &length) == 1 &&
                    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, kTagBytes, out.data() + plaintext.size()) == 1;
    if (!ok) return fail(ErrorKind::Internal, "sealing a record failed: " + openssl::lastError());
    return {};
}

Result<void> SealedRecords::unseal(std::uint64_t number, BytesView sealed, std::span<std::uint8_t> out) const
{
    if (sealed.size() < kTagBytes || sealed.size() > kRecordBytes + kTagBytes || out.size() != sealed.size() - kTagBytes) {
        return fail(ErrorKind::Malformed, "sealed record " + std::to_string(number) + " is " + std::to_string(sealed.size()) +
                                              " bytes, want " + std::to_string(out.size() + kTagBytes));
    }
    const RecordPlace place = placeOf(number);
    const BytesView content = sealed.first(out.size());
    Bytes tag = toBytes(sealed.subspan(out.size()));
    EVP_CIPHER_CTX* const cipher = m_ciphers->open.get();
    int length = 0;
    const bool ok = EVP_DecryptInit_ex(cipher, nullptr, nullptr, nullptr, place.nonce.data()) == 1 &&
                    EVP_DecryptUpdate(cipher, nullptr, &length, place.aad.data(), static_cast<int>(place.aad.size())) == 1 &&
                    EVP_DecryptUpdate(cipher, out.data(), &length, content.data(), static_cast<int>(content.size())) == 1 &&
                    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
                    EVP_DecryptFinal_ex(cipher, tag.data(), &length) == 1;
    if (ok) return {};
    OPENSSL_cleanse(out.data(), out.size());
    openssl::lastError();
    return fail(ErrorKind::Untrusted, "sealed record " + std::to_string(number) + " does not open with this key");
}

std::uint64_t sealedSizeOf(std::uint64_t plainBytes)
{
    const std::uint64_t records = (plainBytes + SealedRecords::kRecordBytes - 1) / SealedRecords::kRecordBytes;
    return SealedRecords::kHeaderBytes + plainBytes + records * SealedRecords::kTagBytes;
}

}  // namespace quorate
