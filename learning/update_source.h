// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "core/base/result.h"

namespace quorate::learning {

/// A model's values, wherever they are kept: in memory, or sealed on disk. Finite and of the study's manifest.
class UpdateSource {
public:
    virtual ~UpdateSource() = default;
    /// Copies the values [firstValue, firstValue + out.size()), in the manifest's order. Several threads may read at once.
    /// Rules read whole blocks of a power of two of at most 65,536 values, from multiples of the block's size.
    [[nodiscard]] virtual Result<void> read(std::uint64_t firstValue, std::span<float> out) const = 0;
    /// The same values where they lie, without a copy; empty where they do not lie in memory.
    [[nodiscard]] virtual std::span<const float> view(std::uint64_t firstValue, std::size_t count) const
    {
        static_cast<void>(firstValue);
        static_cast<void>(count);
        return {};
    }
};

}  // namespace quorate::learning
