// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/model.h"

namespace quorate::learning {

struct SafetensorsLimits {
    std::size_t headerBytes = 1 << 20;
    std::size_t tensors = 4096;
    std::size_t dimensions = 8;
    std::size_t nameBytes = 256;
};

/// The safetensors format (u64 little-endian header length, JSON header, tensors), float32 only, tensors in the order
/// given without gaps, header padded with spaces to 8 bytes. The same weights give the same bytes on every machine.
/// Malformed when the values are not as many as the tensors say.
Result<Bytes> encodeSafetensors(const ModelWeights& weights);
/// The bytes before the values.
Result<Bytes> encodeSafetensorsHeader(const ModelManifest& manifest);

/// Reads what encodeSafetensors or another program wrote, tensors in the order of their bytes. Strict: float32 only, unique
/// names, tensors end to end over exactly the bytes that are there; `__metadata__` may hold strings and is ignored.
/// Allocates no more than a few times the size of `bytes`. Values may be NaN or infinite: see checkAgainst.
Result<ModelWeights> decodeSafetensors(BytesView bytes, const SafetensorsLimits& limits = {});

/// The header at the beginning of `bytes`, length included, as it stands there. Malformed when it is cut or too long.
Result<BytesView> safetensorsHeaderOf(BytesView bytes, const SafetensorsLimits& limits = {});
/// A header by itself, as strictly read, before `valueBytes` of values that are to follow it.
Result<ModelManifest> decodeSafetensorsHeader(BytesView bytes, std::uint64_t valueBytes, const SafetensorsLimits& limits = {});

}  // namespace quorate::learning
