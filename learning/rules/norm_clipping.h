// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "learning/block_walk.h"

namespace quorate::learning {

/// L2 norm of (update - base) over the first `values` values; the same bits on any number of threads.
Result<double> changeNorm(const UpdateSource& update, const UpdateSource& base, std::uint64_t values, unsigned workers = 1);

/// What a change of this norm is multiplied by to be at most `clipNorm` (McMahan et al. 2018): min(1, clipNorm / norm).
double clipFactor(double norm, double clipNorm);

/// base + factor x (update - base), rounded to float32; values after the first `values` as they are. Bounds what one site can do
/// to a mean; it does not make a mean robust. The sources outlive it.
class ClippedSource : public UpdateSource {
public:
    ClippedSource(const UpdateSource& update, const UpdateSource& base, std::uint64_t values, double factor);
    [[nodiscard]] Result<void> read(std::uint64_t firstValue, std::span<float> out) const override;

private:
    const UpdateSource& m_update;
    const UpdateSource& m_base;
    std::uint64_t m_values;
    double m_factor;
};

}  // namespace quorate::learning
