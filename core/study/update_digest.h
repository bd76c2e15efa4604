// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bytes.h"

namespace quorate::study {

/// Bytes of values that one chunk of an update carries; the last one carries the rest.
inline constexpr std::size_t kUpdateChunkBytes = std::size_t{1} << 20;

/// The digest that stands for an update in events and receipts (docs/formats/wire.md): SHA-256 over
///
///     "quorate/v1/update" ‖ LP(safetensors header) ‖ u64 bytes of values ‖ SHA-256 of each chunk, in order
///
/// so that each byte is hashed once, for its chunk.
Digest32 updateDigest(BytesView safetensorsHeader, std::uint64_t valueBytes, std::span<const Digest32> chunkDigests);

/// SHA-256 of each chunk of these values.
std::vector<Digest32> chunkDigestsOf(BytesView values);

}  // namespace quorate::study
