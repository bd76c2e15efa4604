// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/control_store.h"

#include <bit>
#include <cstring>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"
#include "core/vault/files.h"

namespace quorate::services {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they lie in memory");

constexpr std::string_view kMagic = "quorate-control-1";
/// The one after the update that was taken last, and the one after the update that is on its way.
constexpr std::uint32_t kMaxKept = 2;
constexpr std::size_t kDigestBytes = sizeof(Digest32::bytes);

BytesView bytesOf(const std::vector<float>& values)
{
    return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(float)};
}

}  // namespace

ControlStore::ControlStore(const std::filesystem::path& folder, const Uuid& study, learning::ModelManifest model)
    : m_file(folder / ("control-" + toHex(study))), m_model(std::move(model))
{
}

Result<ControlStore::Kept> ControlStore::read() const
{
    Kept out;
    if (!vault::isThere(m_file)) return out;
    const std::size_t valueBytes = static_cast<std::size_t>(learning::elementsOf(m_model)) * sizeof(float);
    const std::size_t largest = kMagic.size() + sizeof(std::uint32_t) + kMaxKept * (valueBytes + kDigestBytes) + kDigestBytes;
    TRY_ASSIGN(file, vault::readFile(m_file, largest));
    ByteReader whole(file, "control variate");
    TRY_ASSIGN(content, whole.take(file.size() - std::min(file.size(), kDigestBytes), "content"));
    TRY_ASSIGN(digest, whole.take(kDigestBytes, "digest"));
    if (sha256(content) != Digest32::from(digest).value()) return fail(ErrorKind::Malformed, "content has another SHA-256 than it says");
    ByteReader reader(content, "control variate");
    TRY_ASSIGN(magic, reader.take(kMagic.size(), "first bytes"));
    if (asText(magic) != kMagic) return fail(ErrorKind::Malformed, "does not begin with " + std::string(kMagic));
    TRY_ASSIGN(count, reader.u32be("count"));
    for (std::uint32_t i = 0; i < count; ++i) {
        TRY_ASSIGN(update, reader.take(kDigestBytes, "update digest"));
        TRY_ASSIGN(bytes, reader.take(valueBytes, "values"));
        learning::ModelWeights weights{m_model, std::vector<float>(valueBytes / sizeof(float))};
        std::memcpy(weights.values.data(), bytes.data(), bytes.size());
        TRY(learning::checkAgainst(m_model, weights));
        out.emplace(Digest32::from(update).value(), std::move(weights));
    }
    TRY(reader.end());
    return out;
}

Result<learning::ModelWeights> ControlStore::after(const Digest32& takenUpdate) const
{
    if (takenUpdate.isZero()) {
        return learning::ModelWeights{m_model, std::vector<float>(static_cast<std::size_t>(learning::elementsOf(m_model)))};
    }
    auto kept = read();
    if (!kept) return failAt(m_file.string(), kept.error());
    const auto found = kept->find(takenUpdate);
    if (found != kept->end()) return found->second;
    return fail(ErrorKind::Malformed, m_file.string() + ": keeps no control variate of update " + toHex(takenUpdate) +
                                          ", which the service took last from this site");
}

Result<void> ControlStore::keep(const Digest32& takenUpdate, const Digest32& update, const learning::ModelWeights& next) const
{
    Kept kept;
    if (!takenUpdate.isZero()) {
        TRY_ASSIGN(current, after(takenUpdate));
        kept.emplace(takenUpdate, std::move(current));
    }
    kept.insert_or_assign(update, next);
    ByteWriter writer;
    writer.text(kMagic).u32be(static_cast<std::uint32_t>(kept.size()));
    for (const auto& [digest, weights] : kept) writer.raw(digest.view()).raw(bytesOf(weights.values));
    const Digest32 digest = sha256(writer.bytes());
    return vault::writePrivateFile(m_file, writer.raw(digest.view()).bytes());
}

}  // namespace quorate::services
