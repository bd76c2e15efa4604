// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/base/random.h"
#include "core/base/secret_bytes.h"

namespace quorate {

/// A long secret in records of 64 KiB (the last one shorter), each sealed by itself, so that it can be written as it arrives and read anywhere
/// (docs/formats/sealed-records.md):
///
///     header   "QRSEAL01" ‖ salt[32]
///     record n AES-256-GCM(file key, nonce = u96 n, aad = u64 n, plaintext) ‖ tag[16]
///     file key HKDF-SHA256(key, "quorate/v1/sealed-records" ‖ LP(label) ‖ LP(salt))
///
/// `label` says what the content is and whose; under another label nothing opens. One instance belongs to one thread.
class SealedRecords {
public:
    static constexpr std::size_t kHeaderBytes = 40;
    static constexpr std::size_t kTagBytes = 16;
    static constexpr std::size_t kRecordBytes = std::size_t{1} << 16;

    /// For writing: a fresh salt. A record number is sealed once.
    static Result<SealedRecords> create(BytesView key, BytesView label, const RandomSource& random);
    /// For reading. Malformed unless `header` is one of these.
    static Result<SealedRecords> open(BytesView key, BytesView label, BytesView header);

    SealedRecords(SealedRecords&&) noexcept;
    SealedRecords& operator=(SealedRecords&&) noexcept;
    ~SealedRecords();

    [[nodiscard]] const FixedBytes<kHeaderBytes>& header() const { return m_header; }
    /// `out` is the plaintext and kTagBytes more. Internal when the number has been sealed before: they only grow.
    Result<void> seal(std::uint64_t number, BytesView plaintext, std::span<std::uint8_t> out);
    /// `out` is the sealed record less kTagBytes. Untrusted, with `out` wiped, when key, label, number or a byte is another.
    Result<void> unseal(std::uint64_t number, BytesView sealed, std::span<std::uint8_t> out) const;

private:
    struct Ciphers;
    SealedRecords(FixedBytes<kHeaderBytes> header, std::unique_ptr<Ciphers> ciphers);

    FixedBytes<kHeaderBytes> m_header;
    std::unique_ptr<Ciphers> m_ciphers;
    std::uint64_t m_next = 0;
};

/// Bytes that `plain` bytes take in records of kRecordBytes, header included.
std::uint64_t sealedSizeOf(std::uint64_t plainBytes);

}  // namespace quorate
