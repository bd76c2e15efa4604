// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/crypto/digest.h"
#include "learning/model.h"
#include "learning/update_source.h"
#include "services/aggregation/store/sealed_file.h"

namespace quorate::services {

/// A model's values, sealed under the model key as sites get them: the file is sent as it lies there.
class ModelFile final : public learning::UpdateSource {
public:
    /// One that an earlier process wrote.
    static Result<std::shared_ptr<const ModelFile>> reopen(std::filesystem::path path, BytesView modelKey, const Uuid& study,
                                                           const Digest32& digest);

    [[nodiscard]] const Digest32& digest() const { return m_digest; }
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    Result<void> read(std::uint64_t firstValue, std::span<float> out) const override;
    [[nodiscard]] std::uint64_t sealedBytes() const { return sealedSizeOf(m_file.plainBytes()); }
    Result<void> readSealed(std::uint64_t offset, std::span<std::uint8_t> out) const { return m_raw.readAt(offset, out); }
    void discard() const;

private:
    friend class ModelWriter;
    ModelFile(std::filesystem::path path, Digest32 digest, SealedFile file, BlockFile raw);

    std::filesystem::path m_path;
    Digest32 m_digest;
    SealedFile m_file;
    BlockFile m_raw;
};

/// Writes a model from its first value to its last. What is not finished removes its file.
class ModelWriter {
public:
    static Result<ModelWriter> create(std::filesystem::path path, BytesView modelKey, const Uuid& study,
                                      const learning::ModelManifest& manifest, const RandomSource& random);
    ModelWriter(ModelWriter&&) noexcept = default;
    ~ModelWriter();

    /// Every part but the last is a multiple of kBlockValues.
    static constexpr std::size_t kBlockValues = SealedRecords::kRecordBytes / sizeof(float);
    Result<void> append(std::span<const float> values);
    /// Internal unless as many values came as the manifest says.
    Result<std::shared_ptr<const ModelFile>> finish();

private:
    ModelWriter(std::filesystem::path path, SealedFile file, std::uint64_t valueBytes, BytesView safetensorsHeader);

    std::filesystem::path m_path;
    std::optional<SealedFile> m_file;
    std::uint64_t m_valueBytes = 0;
    Sha256 m_digest;
};

}  // namespace quorate::services
