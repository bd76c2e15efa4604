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
    [[nodiscard]] virtual Result<void> read(std::uint64_t firstValue, std::span<float> out) const = 0;
};

}  // namespace quorate::learning
