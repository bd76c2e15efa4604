// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/store/model_file.h"

#include "enclave_client/round_client.h"
#include "learning/safetensors.h"

namespace quorate::services {
namespace {

void removeQuietly(const std::filesystem::path& path)
{
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
}

}  // namespace

ModelFile::ModelFile(std::filesystem::path path, Digest32 digest, SealedFile file, BlockFile raw)
    : m_path(std::move(path)), m_digest(digest), m_file(std::move(file)), m_raw(std::move(raw))
{
}

Result<std::shared_ptr<const ModelFile>> ModelFile::reopen(std::filesystem::path path, BytesView modelKey, const Uuid& study,
                                                           const Digest32& digest)
{
    TRY_ASSIGN(file, SealedFile::openToRead(path, modelKey, modelLabel(study)));
    TRY_ASSIGN(raw, BlockFile::openToRead(path));
    return std::shared_ptr<const ModelFile>(new ModelFile(std::move(path), digest, std::move(file), std::move(raw)));
}

Result<void> ModelFile::read(std::uint64_t firstValue, std::span<float> out) const
{
    return m_file.read(firstValue * sizeof(float), {reinterpret_cast<std::uint8_t*>(out.data()), out.size_bytes()});
}

void ModelFile::discard() const { removeQuietly(m_path); }

ModelWriter::ModelWriter(std::filesystem::path path, SealedFile file, std::uint64_t valueBytes, BytesView safetensorsHeader)
    : m_path(std::move(path)), m_file(std::move(file)), m_valueBytes(valueBytes)
{
    m_digest.update(safetensorsHeader);
}

Result<ModelWriter> ModelWriter::create(std::filesystem::path path, BytesView modelKey, const Uuid& study,
                                        const learning::ModelManifest& manifest, const RandomSource& random)
{
    TRY_ASSIGN(header, learning::encodeSafetensorsHeader(manifest));
    TRY_ASSIGN(file, SealedFile::create(path, modelKey, modelLabel(study), random));
    return ModelWriter(std::move(path), std::move(file), learning::elementsOf(manifest) * sizeof(float), header);
}

ModelWriter::~ModelWriter()
{
    // A moved-from writer has no path.
    if (m_path.empty()) return;
    m_file.reset();
    removeQuietly(m_path);
}

Result<void> ModelWriter::append(std::span<const float> values)
{
    const BytesView bytes(reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes());
    m_digest.update(bytes);
    return m_file->append(bytes);
}

Result<std::shared_ptr<const ModelFile>> ModelWriter::finish()
{
    if (!m_file || m_file->plainBytes() != m_valueBytes) return fail(ErrorKind::Internal, "a model was not written to its end");
    TRY_ASSIGN(raw, BlockFile::openToRead(m_path));
    std::shared_ptr<const ModelFile> out(new ModelFile(m_path, m_digest.finish(), std::move(*m_file), std::move(raw)));
    m_file.reset();
    m_path.clear();
    return out;
}

}  // namespace quorate::services
