// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/renyi.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace quorate::privacy {
namespace {

constexpr double kNothing = -std::numeric_limits<double>::infinity();

/// ln of a sum whose terms are given by their logarithms.
class LogSum {
public:
    void add(double logTerm)
    {
        if (logTerm == kNothing) return;
        if (logTerm <= m_largest) {
            m_sum += std::exp(logTerm - m_largest);
        } else {
            m_sum = m_sum * std::exp(m_largest - logTerm) + 1;
            m_largest = logTerm;
        }
    }
    [[nodiscard]] double value() const { return m_sum == 0 ? kNothing : m_largest + std::log(m_sum); }

private:
    double m_largest = kNothing;
    double m_sum = 0;
};

/// ln(1 + e^x).
double logOnePlus(double x)
{
    return x > 40 ? x : std::log1p(std::exp(x));
}

/// ln(e^x - 1) for x > 0.
double logExpMinusOne(double x)
{
    return x > 40 ? x : std::log(std::expm1(x));
}

/// ln(A_a - 1). The terms k = 0, 1 of the sum are those of the binomial series of 1, so taking 1 off each exponential
/// leaves positive terms only: no digits are lost where A_a is near 1.
double logExcessAtInteger(double q, double sigma, int order)
{
    LogSum sum;
    for (int k = 2; k <= order; ++k) {
        const double logBinomial = std::lgamma(order + 1.0) - std::lgamma(k + 1.0) - std::lgamma(order - k + 1.0);
        const double exponent = (static_cast<double>(k) * k - k) / (2 * sigma * sigma);
        sum.add(logBinomial + (order - k) * std::log1p(-q) + k * std::log(q) + logExpMinusOne(exponent));
    }
    return sum.value();
}

/// ln((1+u)^a - 1 - a u), where u = q (e^exponent - 1) is the likelihood ratio's excess: never negative.
double logConvexity(double q, double exponent, double a)
{
    if (exponent > 40) {
        const double logU = std::log(q) + exponent + std::log1p(-std::exp(-exponent));
        const double logPower = a * logOnePlus(logU);
        return logPower + std::log1p(-std::exp(-logPower) - std::exp(std::log(a) + logU - logPower));
    }
    const double u = q * std::expm1(exponent);
    if (std::abs(u) < 1e-3) {
        const double series = 1 + (a - 2) / 3 * u * (1 + (a - 3) / 4 * u * (1 + (a - 4) / 5 * u));
        return std::log(a * (a - 1) / 2 * series) + 2 * std::log(std::abs(u));
    }
    const double logPower = a * std::log1p(u);
    if (logPower < 40) return std::log(std::expm1(logPower) - a * u);
    return logPower + std::log1p(-(1 + a * u) * std::exp(-logPower));
}

/// ln(A_a - 1) for any a > 1: the integral of the definition by the trapezoid rule, whose error for this integrand is below
/// e^-60 at these steps (analytic within pi sigma^2 of the real line). E[u] = 0 lets the integrand be the convex part alone.
double logExcessByIntegral(double q, double sigma, double a)
{
    const double step = std::min(sigma, sigma * sigma) / 4;
    const double begin = -10 * sigma;
    const auto nodes = static_cast<std::size_t>(std::ceil((a + 20 * sigma) / step));
    const double logScale = std::log(step / (sigma * std::sqrt(2 * std::numbers::pi)));
    LogSum sum;
    for (std::size_t i = 0; i <= nodes; ++i) {
        const double z = begin + static_cast<double>(i) * step;
        const double exponent = (2 * z - 1) / (2 * sigma * sigma);
        if (exponent == 0) continue;
        sum.add(logScale - z * z / (2 * sigma * sigma) + logConvexity(q, exponent, a));
    }
    return sum.value();
}

std::vector<double> makeOrders()
{
    std::vector<double> orders;
    for (int tenths = 11; tenths <= 109; ++tenths) orders.push_back(tenths / 10.0);
    for (int order = 11; order <= 63; ++order) orders.push_back(order);
    for (const int order : {128, 256, 512, 1024}) orders.push_back(order);
    return orders;
}

double divergence(double q, double sigma, double order)
{
    if (q == 0) return 0;
    if (q == 1) return order / (2 * sigma * sigma);
    const bool isInteger = order == std::floor(order);
    const double logExcess = isInteger ? logExcessAtInteger(q, sigma, static_cast<int>(order)) : logExcessByIntegral(q, sigma, order);
    return logOnePlus(logExcess) / (order - 1);
}

}  // namespace

std::span<const double> renyiOrders()
{
    static const std::vector<double> orders = makeOrders();
    return orders;
}

Result<double> renyiDivergence(double samplingRate, double noiseMultiplier, double order)
{
    TRY(check(SampledGaussian{samplingRate, noiseMultiplier, 1}));
    if (!(order > 1 && order <= 1024)) return fail(ErrorKind::Malformed, "order is not above 1 and at most 1024");
    return divergence(samplingRate, noiseMultiplier, order);
}

RenyiCurve::RenyiCurve() : m_divergences(renyiOrders().size()) {}

Result<void> RenyiCurve::add(const SampledGaussian& mechanism)
{
    TRY(check(mechanism));
    for (std::size_t i = 0; i < m_divergences.size(); ++i) {
        const double perStep = divergence(mechanism.samplingRate, mechanism.noiseMultiplier, renyiOrders()[i]);
        m_divergences[i] += static_cast<double>(mechanism.steps) * perStep;
    }
    return {};
}

Result<RenyiEpsilon> RenyiCurve::epsilonAt(double delta) const
{
    TRY(checkDelta(delta));
    if (std::all_of(m_divergences.begin(), m_divergences.end(), [](double spent) { return spent == 0; })) return RenyiEpsilon{};
    RenyiEpsilon best{std::numeric_limits<double>::infinity(), 0};
    for (std::size_t i = 0; i < m_divergences.size(); ++i) {
        const double a = renyiOrders()[i];
        const double epsilon = m_divergences[i] + std::log1p(-1 / a) - (std::log(delta) + std::log(a)) / (a - 1);
        if (epsilon < best.epsilon) best = {epsilon, a};
    }
    best.epsilon = std::max(best.epsilon, 0.0);
    return best;
}

Result<RenyiEpsilon> renyiEpsilon(std::span<const SampledGaussian> mechanisms, double delta)
{
    RenyiCurve curve;
    for (const SampledGaussian& mechanism : mechanisms) TRY(curve.add(mechanism));
    return curve.epsilonAt(delta);
}

}  // namespace quorate::privacy
