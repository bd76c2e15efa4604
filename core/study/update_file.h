// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/base/bytes.h"

namespace quorate::study {

/// A site's update as a safetensors file, with the digests that stand for it: hashed when it is made, however often it is
/// offered, cut and offered again.
class UpdateFile {
public:
    UpdateFile() = default;
    /// Malformed when it ends inside its header; what the header says is not looked at.
    static Result<UpdateFile> of(Bytes safetensors);

    [[nodiscard]] BytesView header() const { return BytesView(m_bytes).first(m_headerBytes); }  ///< Its own length included.
    [[nodiscard]] BytesView values() const { return BytesView(m_bytes).subspan(m_headerBytes); }
    [[nodiscard]] std::span<const Digest32> chunkDigests() const { return m_chunks; }  ///< Of values(), see update_digest.h.
    [[nodiscard]] const Digest32& digest() const { return m_digest; }                  ///< updateDigest()

private:
    Bytes m_bytes;
    std::size_t m_headerBytes = 0;
    std::vector<Digest32> m_chunks;
    Digest32 m_digest;
};

}  // namespace quorate::study
