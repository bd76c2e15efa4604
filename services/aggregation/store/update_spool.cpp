// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/store/update_spool.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"
#include "core/study/update_digest.h"
#include "learning/fixed_point.h"
#include "learning/vectorised.h"

namespace quorate::services {
namespace {

constexpr std::size_t kChunk = study::kUpdateChunkBytes;
static_assert(kChunk % SealedRecords::kRecordBytes == 0, "a chunk ends with a record");

constexpr auto kLargestValue = static_cast<float>(learning::kLargestValue);
static_assert(kLargestValue == learning::kLargestValue);

std::uint32_t magnitudeAt(BytesView content, std::size_t value)
{
    std::uint32_t bits = 0;
    std::memcpy(&bits, content.data() + value * sizeof bits, sizeof bits);
    return bits & 0x7FFFFFFF;
}

/// Without their sign, float32 compare as their bits do, infinity and NaN above all numbers: one comparison finds all three.
QUORATE_WIDE_VECTORS bool allWithin(BytesView content, float largest)
{
    const auto limit = std::bit_cast<std::uint32_t>(largest);
    std::uint32_t bad = 0;
    for (std::size_t i = 0; i < content.size() / sizeof(float); ++i) bad |= magnitudeAt(content, i) > limit ? 1 : 0;
    return bad == 0;
}

IncomingUpdate::BadValue firstBad(BytesView content, std::uint64_t firstValue, const learning::ModelManifest& manifest)
{
    const auto limit = std::bit_cast<std::uint32_t>(kLargestValue);
    std::size_t i = 0;
    while (magnitudeAt(content, i) <= limit) ++i;
    const bool isFinite = std::isfinite(std::bit_cast<float>(magnitudeAt(content, i)));
    return {isFinite ? "out-of-bound" : "not-finite", learning::placeOf(manifest, static_cast<std::size_t>(firstValue) + i)};
}

/// Calls `use` with the same float32, copied only where a message's buffer is not aligned for them.
template <typename Use>
void withValues(BytesView content, const Use& use)
{
    const std::size_t count = content.size() / sizeof(float);
    if (reinterpret_cast<std::uintptr_t>(content.data()) % alignof(float) == 0) {
        use(std::span(reinterpret_cast<const float*>(content.data()), count));
        return;
    }
    std::vector<float> copy(count);
    std::memcpy(copy.data(), content.data(), content.size());
    use(std::span<const float>(copy));
}

Result<void> readValues(const SealedFile& file, std::uint64_t firstValue, std::span<float> out)
{
    return file.read(firstValue * sizeof(float), {reinterpret_cast<std::uint8_t*>(out.data()), out.size_bytes()});
}

/// What there is so far of an update that is given up.
class PartOfUpdate final : public learning::UpdateSource {
public:
    explicit PartOfUpdate(const SealedFile& file) : m_file(file) {}
    [[nodiscard]] Result<void> read(std::uint64_t firstValue, std::span<float> out) const override { return readValues(m_file, firstValue, out); }

private:
    const SealedFile& m_file;
};

}  // namespace

Bytes UpdateDeclaration::label() const
{
    return ByteWriter().text("quorate/v1/update").lengthPrefixed(study.view()).lengthPrefixed(site.view()).u32be(round)
        .lengthPrefixed(digest.view()).take();
}

Result<std::shared_ptr<const SpooledUpdate>> SpooledUpdate::reopen(std::filesystem::path path, BytesView key,
                                                                   const UpdateDeclaration& declared)
{
    TRY_ASSIGN(file, SealedFile::openToRead(path, key, declared.label()));
    if (file.plainBytes() != declared.valueBytes) return fail(ErrorKind::StorageFailed, "a spooled update is not whole");
    SecretBytes block(SealedRecords::kRecordBytes);
    for (std::uint64_t offset = 0; offset < file.plainBytes(); offset += block.size()) {
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), file.plainBytes() - offset));
        TRY(file.read(offset, block.exposeMutable().first(size)));
    }
    return std::make_shared<const SpooledUpdate>(std::move(path), std::move(file), nullptr);
}

Result<void> SpooledUpdate::read(std::uint64_t firstValue, std::span<float> out) const
{
    return readValues(m_file, firstValue, out);
}

void SpooledUpdate::discard() const
{
    std::error_code ignored;
    std::filesystem::remove(m_path, ignored);
}

IncomingUpdate::IncomingUpdate(std::filesystem::path path, SealedFile file, UpdateDeclaration declared)
    : m_path(std::move(path)), m_file(std::move(file)), m_declared(std::move(declared))
{
}

Result<std::shared_ptr<IncomingUpdate>> IncomingUpdate::create(std::filesystem::path path, BytesView key, UpdateDeclaration declared,
                                                               const RandomSource& random)
{
    TRY_ASSIGN(file, SealedFile::create(path, key, declared.label(), random));
    return std::shared_ptr<IncomingUpdate>(new IncomingUpdate(std::move(path), std::move(file), std::move(declared)));
}

IncomingUpdate::~IncomingUpdate()
{
    if (!m_file) return;
    if (m_share) m_share->withdraw(PartOfUpdate(*m_file));
    m_file.reset();
    std::error_code ignored;
    std::filesystem::remove(m_path, ignored);
}

std::uint64_t IncomingUpdate::committedBytes() const { return m_file ? m_file->plainBytes() : m_declared.valueBytes; }

Result<void> IncomingUpdate::add(std::uint64_t offset, BytesView content, const Digest32& digest, const learning::ModelManifest& manifest)
{
    if (m_isEnded) return fail(ErrorKind::PolicyRefused, "the coordinator has excluded this site; its upload is ended");
    const std::uint64_t committed = committedBytes();
    if (offset % kChunk != 0 || offset > committed || offset >= m_declared.valueBytes) {
        return fail(ErrorKind::Malformed, "chunk begins at " + std::to_string(offset) + ", want " + std::to_string(committed));
    }
    const std::uint64_t wanted = std::min<std::uint64_t>(kChunk, m_declared.valueBytes - offset);
    if (content.size() != wanted) {
        return fail(ErrorKind::Malformed, "chunk at " + std::to_string(offset) + " is " + std::to_string(content.size()) + " bytes, want " +
                                              std::to_string(wanted));
    }
    if (sha256(content) != digest || (offset < committed && m_chunks[static_cast<std::size_t>(offset / kChunk)] != digest)) {
        return fail(ErrorKind::Untrusted, "chunk at " + std::to_string(offset) + " has another digest than it says or had before");
    }
    if (offset < committed) return {};
    if (!allWithin(content, kLargestValue)) {
        m_badValue = firstBad(content, offset / sizeof(float), manifest);
        return {};
    }
    TRY(m_file->append(content));
    m_chunks.push_back(digest);
    if (m_share) withValues(content, [this](std::span<const float> values) { m_share->add(values); });
    return {};
}

Result<std::shared_ptr<const SpooledUpdate>> IncomingUpdate::finish()
{
    if (!m_file || m_badValue) return fail(ErrorKind::Internal, "an update is finished once, and only when its values are good");
    if (committedBytes() != m_declared.valueBytes) {
        return fail(ErrorKind::Malformed, "update ended at " + std::to_string(committedBytes()) + " of " +
                                              std::to_string(m_declared.valueBytes) + " bytes");
    }
    if (study::updateDigest(m_declared.safetensorsHeader, m_declared.valueBytes, m_chunks) != m_declared.digest) {
        return fail(ErrorKind::Untrusted, "update has another digest than it says");
    }
    m_file->end();
    auto out = std::make_shared<const SpooledUpdate>(std::move(m_path), std::move(*m_file), std::move(m_share));
    m_file.reset();
    return out;
}

}  // namespace quorate::services
