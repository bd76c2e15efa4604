// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/store/sealed_file.h"

#include <algorithm>
#include <cstring>

namespace quorate::services {
namespace {

constexpr std::uint64_t kPlain = SealedRecords::kRecordBytes;
constexpr std::uint64_t kSealed = SealedRecords::kRecordBytes + SealedRecords::kTagBytes;

/// What a file of this size holds.
Result<std::uint64_t> plainBytesOf(std::uint64_t fileBytes)
{
    if (fileBytes < SealedRecords::kHeaderBytes) return fail(ErrorKind::Malformed, "a sealed file ends inside its header");
    const std::uint64_t content = fileBytes - SealedRecords::kHeaderBytes;
    const std::uint64_t rest = content % kSealed;
    if (rest != 0 && rest <= SealedRecords::kTagBytes) return fail(ErrorKind::Malformed, "a sealed file ends inside a record");
    return content / kSealed * kPlain + (rest == 0 ? 0 : rest - SealedRecords::kTagBytes);
}

/// A record of its own for reads that do not begin or end with one, and one as it lies in the file.
struct ReadBuffers {
    Bytes sealed = Bytes(kSealed);
    SecretBytes plain{static_cast<std::size_t>(kPlain)};
};

}  // namespace

SealedFile::SealedFile(BlockFile file, std::optional<SealedRecords> writer, std::unique_ptr<Readers> readers, std::uint64_t plainBytes)
    : m_file(std::move(file)), m_writer(std::move(writer)), m_readers(std::move(readers)), m_plainBytes(plainBytes)
{
}

Result<SealedFile> SealedFile::create(const std::filesystem::path& path, BytesView key, BytesView label, const RandomSource& random)
{
    TRY_ASSIGN(writer, SealedRecords::create(key, label, random));
    TRY_ASSIGN(file, BlockFile::create(path));
    TRY(file.writeAt(0, writer.header().view()));
    auto readers = std::make_unique<Readers>();
    readers->key = SecretBytes::copyOf(key);
    readers->label = toBytes(label);
    readers->header = writer.header();
    return SealedFile(std::move(file), std::move(writer), std::move(readers), 0);
}

Result<SealedFile> SealedFile::openToRead(const std::filesystem::path& path, BytesView key, BytesView label)
{
    TRY_ASSIGN(file, BlockFile::openToRead(path));
    TRY_ASSIGN(fileBytes, file.size());
    TRY_ASSIGN(plainBytes, plainBytesOf(fileBytes));
    auto readers = std::make_unique<Readers>();
    readers->key = SecretBytes::copyOf(key);
    readers->label = toBytes(label);
    TRY(file.readAt(0, readers->header.bytes));
    TRY_ASSIGN(first, readers->take());
    readers->giveBack(std::move(first));
    return SealedFile(std::move(file), std::nullopt, std::move(readers), plainBytes);
}

Result<SealedRecords> SealedFile::Readers::take()
{
    {
        const std::lock_guard lock(mutex);
        if (!idle.empty()) {
            auto out = std::move(idle.back());
            idle.pop_back();
            return out;
        }
    }
    return SealedRecords::open(key.expose(), label, header.view());
}

void SealedFile::Readers::giveBack(SealedRecords reader)
{
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(reader));
}

Result<void> SealedFile::append(BytesView plain)
{
    if (!m_writer || m_plainBytes % kPlain != 0) return fail(ErrorKind::Internal, "a sealed file that is whole is not appended to");
    const std::uint64_t first = m_plainBytes / kPlain;
    m_sealed.resize(plain.size() + (plain.size() + kPlain - 1) / kPlain * SealedRecords::kTagBytes);
    std::span<std::uint8_t> out(m_sealed);
    for (std::uint64_t number = first; !plain.empty(); ++number) {
        const std::size_t size = std::min<std::size_t>(plain.size(), kPlain);
        TRY(m_writer->seal(number, plain.first(size), out.first(size + SealedRecords::kTagBytes)));
        plain = plain.subspan(size);
        out = out.subspan(size + SealedRecords::kTagBytes);
        m_plainBytes += size;
    }
    return m_file.writeAt(SealedRecords::kHeaderBytes + first * kSealed, m_sealed);
}

Result<void> SealedFile::readWith(const SealedRecords& records, std::uint64_t offset, std::span<std::uint8_t> out) const
{
    thread_local ReadBuffers buffers;
    while (!out.empty()) {
        const std::uint64_t number = offset / kPlain;
        const std::size_t recordBytes = static_cast<std::size_t>(std::min(kPlain, m_plainBytes - number * kPlain));
        const std::span<std::uint8_t> sealed(buffers.sealed.data(), recordBytes + SealedRecords::kTagBytes);
        TRY(m_file.readAt(SealedRecords::kHeaderBytes + number * kSealed, sealed));
        const std::size_t begin = static_cast<std::size_t>(offset % kPlain);
        const std::size_t size = std::min(out.size(), recordBytes - begin);
        if (size == recordBytes) {
            TRY(records.unseal(number, sealed, out.first(size)));
        } else {
            const auto plain = buffers.plain.exposeMutable().first(recordBytes);
            TRY(records.unseal(number, sealed, plain));
            std::memcpy(out.data(), plain.data() + begin, size);
        }
        offset += size;
        out = out.subspan(size);
    }
    return {};
}

Result<void> SealedFile::read(std::uint64_t offset, std::span<std::uint8_t> out) const
{
    if (offset > m_plainBytes || out.size() > m_plainBytes - offset) {
        return fail(ErrorKind::StorageFailed, "a sealed file holds " + std::to_string(m_plainBytes) + " bytes, want " +
                                                  std::to_string(offset + out.size()));
    }
    TRY_ASSIGN(records, m_readers->take());
    const auto done = readWith(records, offset, out);
    m_readers->giveBack(std::move(records));
    return done;
}

}  // namespace quorate::services
