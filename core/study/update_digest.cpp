// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/update_digest.h"

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::study {

Digest32 updateDigest(BytesView safetensorsHeader, std::uint64_t valueBytes, std::span<const Digest32> chunkDigests)
{
    Sha256 digest;
    digest.update(ByteWriter().text("quorate/v1/update").lengthPrefixed(safetensorsHeader).u64be(valueBytes).bytes());
    for (const Digest32& chunk : chunkDigests) digest.update(chunk.view());
    return digest.finish();
}

std::vector<Digest32> chunkDigestsOf(BytesView values)
{
    std::vector<Digest32> out;
    while (!values.empty()) {
        const std::size_t size = std::min(values.size(), kUpdateChunkBytes);
        out.push_back(sha256(values.first(size)));
        values = values.subspan(size);
    }
    return out;
}

}  // namespace quorate::study
