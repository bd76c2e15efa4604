// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/privacy/mechanism.h"

namespace quorate::privacy {

/// The orders at which every curve is kept: 1.1 to 10.9 by 0.1, 11 to 63, then 128, 256, 512, 1024.
std::span<const double> renyiOrders();

/// Renyi divergence of order `order` (above 1, at most 1024) of one step (Mironov, Talwar, Zhang 2019, section 3.3); 0 at
/// q = 0. Relative error about 1e-12, also where the divergence is tiny.
Result<double> renyiDivergence(double samplingRate, double noiseMultiplier, double order);

struct RenyiEpsilon {
    double epsilon = 0;
    double order = 0;  ///< The order that gave it; 0 when nothing was spent.
};

/// What steps have spent, as Renyi divergences at renyiOrders(). A value: copying it asks "what if".
class RenyiCurve {
public:
    RenyiCurve();
    /// Steps of any kinds add. Malformed as check() says; then nothing is added.
    Result<void> add(const SampledGaussian& mechanism);
    /// epsilon at `delta` (Balle et al. 2020, Theorem 21), the least over the orders, never below 0.
    [[nodiscard]] Result<RenyiEpsilon> epsilonAt(double delta) const;

private:
    std::vector<double> m_divergences;
};

/// The epsilon of all of `mechanisms` one after another.
Result<RenyiEpsilon> renyiEpsilon(std::span<const SampledGaussian> mechanisms, double delta);

}  // namespace quorate::privacy
