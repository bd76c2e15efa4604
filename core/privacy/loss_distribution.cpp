// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/loss_distribution.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/privacy/gaussian.h"

namespace quorate::privacy {
namespace {

/// Q = N(0, sigma^2), R = N(1, sigma^2), P = (1-q) Q + q R, in units of the sensitivity.
struct Pair {
    double q;
    double sigma;

    /// ln(P/Q) at z; grows with z.
    [[nodiscard]] double lossAt(double z) const
    {
        const double exponent = (2 * z - 1) / (2 * sigma * sigma);
        if (q == 1) return exponent;
        if (exponent > 40) return std::log(q) + exponent + std::log1p((1 - q) / q * std::exp(-exponent));
        // Towards q = 1 the two summands cancel in the other form.
        return exponent < -1 ? std::log(1 - q + q * std::exp(exponent)) : std::log1p(q * std::expm1(exponent));
    }
    /// R/Q where the loss is x; at most 0 below the least loss there is.
    [[nodiscard]] double ratioAt(double x) const
    {
        return x < -0.5 ? (std::exp(x) - (1 - q)) / q : 1 + std::expm1(x) / q;
    }
    [[nodiscard]] double whereLossIs(double x) const
    {
        const double ratio = ratioAt(x);
        return ratio > 0 ? sigma * sigma * std::log(ratio) + 0.5 : -std::numeric_limits<double>::infinity();
    }
    [[nodiscard]] double massOfQ(double from, double to) const { return normalBetween(from / sigma, to / sigma); }
    [[nodiscard]] double massOfR(double from, double to) const { return normalBetween((from - 1) / sigma, (to - 1) / sigma); }
};

LossDistribution emptyGrid(double spacing, std::int64_t first, std::int64_t last)
{
    return {spacing, first, std::vector<double>(static_cast<std::size_t>(last - first + 1)), 0};
}

/// Splits each cell's masses between its two ends so that both P's and Q's are kept.
void fillCells(const Pair& pair, LossPair& out)
{
    const std::size_t points = out.removal.mass.size();
    double z = pair.whereLossIs(out.removal.lossAt(0));
    for (std::size_t i = 0; i + 1 < points; ++i) {
        const double left = out.removal.lossAt(i);
        const double right = out.removal.lossAt(i + 1);
        const double nextZ = pair.whereLossIs(right);
        const double ofQ = pair.massOfQ(z, nextZ);
        const double ofR = pair.massOfR(z, nextZ);
        const double ofP = (1 - pair.q) * ofQ + pair.q * ofR;
        z = nextZ;
        if (!(ofP > 0)) continue;
        const double ratioStep = std::exp(left) * std::expm1(right - left) / pair.q;
        const double rightOfQ = std::clamp((ofR - pair.ratioAt(left) * ofQ) / ratioStep, 0.0, ofQ);
        const double rightOfP = std::min(std::exp(right) * rightOfQ, ofP);
        out.removal.mass[i + 1] += rightOfP;
        out.removal.mass[i] += ofP - rightOfP;
        out.addition.mass[points - 1 - (i + 1)] += rightOfQ;
        out.addition.mass[points - 1 - i] += ofQ - rightOfQ;
    }
}

/// What lies outside the grid goes up: to its lowest point, or to infinity.
void placeTails(const Pair& pair, LossPair& out)
{
    constexpr double kFar = std::numeric_limits<double>::infinity();
    const double bottom = pair.whereLossIs(out.removal.lossAt(0));
    const double top = pair.whereLossIs(out.removal.lossAt(out.removal.mass.size() - 1));
    out.removal.mass.front() += (1 - pair.q) * pair.massOfQ(-kFar, bottom) + pair.q * pair.massOfR(-kFar, bottom);
    out.removal.atInfinity = (1 - pair.q) * pair.massOfQ(top, kFar) + pair.q * pair.massOfR(top, kFar);
    out.addition.mass.front() += pair.massOfQ(top, kFar);
    out.addition.atInfinity = pair.massOfQ(-kFar, bottom);
}

}  // namespace

double LossDistribution::logMoment(double tilt) const
{
    const double end = tilt < 0 ? lossAt(0) : lossAt(mass.size() - 1);
    double sum = 0;
    for (std::size_t i = 0; i < mass.size(); ++i) sum += mass[i] * std::exp(tilt * (lossAt(i) - end));
    return tilt * end + std::log(sum);
}

LossPair discretise(double samplingRate, double noiseMultiplier, double spacing, double tailMass)
{
    constexpr double kMostPoints = 1 << 20;
    const Pair pair{samplingRate, noiseMultiplier};
    const double reach = noiseMultiplier * std::sqrt(-2 * std::log(tailMass));
    const double least = pair.lossAt(-reach);
    const double most = pair.lossAt(1 + reach);
    while ((most - least) / spacing > kMostPoints - 4) spacing *= 2;
    const auto first = static_cast<std::int64_t>(std::floor(least / spacing));
    const auto last = static_cast<std::int64_t>(std::ceil(most / spacing));
    LossPair out{emptyGrid(spacing, first, last), emptyGrid(spacing, -last, -first)};
    fillCells(pair, out);
    placeTails(pair, out);
    return out;
}

}  // namespace quorate::privacy
