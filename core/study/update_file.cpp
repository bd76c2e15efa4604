// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/update_file.h"

#include "core/base/byte_reader.h"
#include "core/study/update_digest.h"

namespace quorate::study {

Result<UpdateFile> UpdateFile::of(Bytes safetensors)
{
    ByteReader reader(safetensors, "update");
    TRY_ASSIGN(length, reader.u64le("header length"));
    if (length > reader.remaining()) return fail(ErrorKind::Malformed, "update ends inside its header");
    UpdateFile out;
    out.m_headerBytes = reader.offset() + static_cast<std::size_t>(length);
    out.m_bytes = std::move(safetensors);
    out.m_chunks = chunkDigestsOf(out.values());
    out.m_digest = updateDigest(out.header(), out.values().size(), out.m_chunks);
    return out;
}

}  // namespace quorate::study
