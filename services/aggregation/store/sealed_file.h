// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>
#include <optional>

#include "core/crypto/sealed_records.h"
#include "services/aggregation/store/block_file.h"

namespace quorate::services {

/// SealedRecords in a file: written once from its beginning, read anywhere. Plain bytes are never on the disk.
class SealedFile {
public:
    static Result<SealedFile> create(const std::filesystem::path& path, BytesView key, BytesView label, const RandomSource& random);
    static Result<SealedFile> openToRead(const std::filesystem::path& path, BytesView key, BytesView label);

    /// Every part but the last is a multiple of SealedRecords::kRecordBytes. One thread.
    Result<void> append(BytesView plain);
    /// Fills `out` from this place of the plain bytes. Untrusted when a record was changed or exchanged, StorageFailed when
    /// they end before. From any thread; a read that begins and ends with records copies nothing twice.
    Result<void> read(std::uint64_t offset, std::span<std::uint8_t> out) const;
    [[nodiscard]] std::uint64_t plainBytes() const { return m_plainBytes; }
    Result<void> flush() { return m_file.flush(); }
    /// Nothing is appended any more: what that needs is given back.
    void end() { m_writer.reset(); }

private:
    /// Ciphers that are not in use now, one for each thread that reads at the same time.
    struct Readers {
        SecretBytes key;
        Bytes label;
        FixedBytes<SealedRecords::kHeaderBytes> header;
        std::mutex mutex;
        std::vector<SealedRecords> idle;

        Result<SealedRecords> take();
        void giveBack(SealedRecords reader);
    };

    SealedFile(BlockFile file, std::optional<SealedRecords> writer, std::unique_ptr<Readers> readers, std::uint64_t plainBytes);
    Result<void> readWith(const SealedRecords& records, std::uint64_t offset, std::span<std::uint8_t> out) const;

    BlockFile m_file;
    std::optional<SealedRecords> m_writer;
    std::unique_ptr<Readers> m_readers;
    std::uint64_t m_plainBytes = 0;
};

}  // namespace quorate::services
