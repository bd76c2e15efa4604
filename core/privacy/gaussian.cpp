// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/gaussian.h"

#include <cmath>
#include <numbers>

namespace quorate::privacy {
namespace {

/// ln P(Z > x); by the asymptotic series where erfc would underflow.
double logNormalTail(double x)
{
    if (x < 30) return std::log(normalTail(x));
    const double inverse = 1 / (x * x);
    return -x * x / 2 - std::log(x * std::sqrt(2 * std::numbers::pi)) + std::log1p(-inverse + 3 * inverse * inverse);
}

}  // namespace

double normalTail(double x)
{
    return std::erfc(x / std::numbers::sqrt2) / 2;
}

double normalBetween(double a, double b)
{
    return a >= 0 ? normalTail(a) - normalTail(b) : normalTail(-b) - normalTail(-a);
}

double gaussianDelta(double mu, double epsilon)
{
    const double above = logNormalTail(epsilon / mu - mu / 2);
    const double ratio = epsilon + logNormalTail(epsilon / mu + mu / 2) - above;
    return std::exp(above) * -std::expm1(std::fmin(ratio, 0));
}

Result<double> gaussianEpsilon(double noiseMultiplier, std::uint64_t steps, double delta)
{
    TRY(check(SampledGaussian{1, noiseMultiplier, steps}));
    TRY(checkDelta(delta));
    if (steps == 0) return 0.0;
    const double mu = std::sqrt(static_cast<double>(steps)) / noiseMultiplier;
    if (gaussianDelta(mu, 0) <= delta) return 0.0;
    double low = 0;
    double high = 1;
    while (gaussianDelta(mu, high) > delta) high *= 2;
    while (high - low > 1e-12 * high) {
        const double middle = (low + high) / 2;
        (gaussianDelta(mu, middle) > delta ? low : high) = middle;
    }
    return high;
}

}  // namespace quorate::privacy
