// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/tight.h"

#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/privacy/loss_distribution.h"
#include "core/privacy/renyi.h"

namespace quorate::privacy {
namespace {

constexpr std::size_t kMostPoints = std::size_t{1} << 21;
/// Parts of delta, and of the tilted mass, that cut tails may take.
constexpr double kCut = 1e-9;

/// FFTW's planner keeps global state; executing does not.
std::mutex& planner()
{
    static std::mutex mutex;
    return mutex;
}

/// A real transform of one size and its inverse, in place.
class Transform {
public:
    explicit Transform(std::size_t size) : m_size(size), m_values(fftw_alloc_real(size + 2), &fftw_free)
    {
        const std::lock_guard lock(planner());
        auto* spectrum = reinterpret_cast<fftw_complex*>(m_values.get());
        m_forward = fftw_plan_dft_r2c_1d(static_cast<int>(size), m_values.get(), spectrum, FFTW_ESTIMATE);
        m_inverse = fftw_plan_dft_c2r_1d(static_cast<int>(size), spectrum, m_values.get(), FFTW_ESTIMATE);
    }
    ~Transform()
    {
        const std::lock_guard lock(planner());
        fftw_destroy_plan(m_forward);
        fftw_destroy_plan(m_inverse);
    }
    Transform(const Transform&) = delete;
    Transform& operator=(const Transform&) = delete;

    [[nodiscard]] std::span<double> values() { return {m_values.get(), m_size}; }
    [[nodiscard]] std::span<std::complex<double>> spectrum()
    {
        return {reinterpret_cast<std::complex<double>*>(m_values.get()), m_size / 2 + 1};
    }
    void forward() { fftw_execute(m_forward); }
    /// Not divided by the size.
    void inverse() { fftw_execute(m_inverse); }

private:
    std::size_t m_size;
    std::unique_ptr<double, decltype(&fftw_free)> m_values;
    fftw_plan m_forward = nullptr;
    fftw_plan m_inverse = nullptr;
};

/// One step's losses, and how often the step is taken.
struct Repeated {
    const LossDistribution* losses;
    double steps;
};

double logMoment(const std::vector<Repeated>& parts, double tilt)
{
    double sum = 0;
    for (const Repeated& part : parts) sum += part.steps * part.losses->logMoment(tilt);
    return sum;
}

/// The composed losses under the measure tilted by e^(tilt * loss): there what matters for delta is the bulk and not a tail
/// of 1e-6 and less, so that the transform's rounding stays far below it.
struct Composed {
    double tilt = 0;
    double logScale = 0;             ///< mass = tilted mass * e^(logScale - tilt * loss)
    double spacing = 0;
    std::int64_t first = 0;
    std::vector<double> tiltedMass;
    double outside = 0;              ///< Untilted mass above the window, and at infinity.
    double roundOff = 0;             ///< Bound of the L2 norm of tiltedMass' error.
};

struct Window {
    double bottom;
    double top;
};

/// Chernoff bounds: outside lies at most kCut of the tilted mass on either side, above `top` also at most kCut * delta of the
/// untilted. What lies outside comes back in on the other side of the transform's circle and so adds to delta.
Window windowOf(const std::vector<Repeated>& parts, double tilt, double logScale, double delta)
{
    const double probe = tilt / 64;
    const double curvature =
        (logMoment(parts, tilt + probe) - 2 * logScale + logMoment(parts, tilt - probe)) / (probe * probe);
    const double deviation = std::sqrt(std::max(curvature, 1e-24));
    constexpr double kFar = std::numeric_limits<double>::infinity();
    double top = kFar;
    double tiltedTop = kFar;
    double bottom = -kFar;
    for (const double scale : {1.0, 3.0, 6.0, 12.0}) {
        const double change = scale / deviation;
        const double above = logMoment(parts, tilt + change);
        if (std::isfinite(above)) {
            top = std::min(top, (above - std::log(kCut * delta)) / (tilt + change));
            tiltedTop = std::min(tiltedTop, (above - logScale - std::log(kCut)) / change);
        }
        const double below = logMoment(parts, tilt - change);
        if (std::isfinite(below)) bottom = std::max(bottom, (std::log(kCut) - (below - logScale)) / change);
    }
    return {std::min(bottom, 0.0), std::max(top, tiltedTop)};
}

/// Steps' tilted masses folded onto the circle of the transform; its L2 norm is returned.
double fold(const LossDistribution& losses, double tilt, std::span<double> circle)
{
    const double logScale = losses.logMoment(tilt);
    const auto size = static_cast<std::int64_t>(circle.size());
    std::fill(circle.begin(), circle.end(), 0.0);
    double squares = 0;
    for (std::size_t i = 0; i < losses.mass.size(); ++i) {
        const double tilted = losses.mass[i] * std::exp(tilt * losses.lossAt(i) - logScale);
        const std::int64_t place = (losses.first + static_cast<std::int64_t>(i)) % size;
        circle[static_cast<std::size_t>(place < 0 ? place + size : place)] += tilted;
        squares += tilted * tilted;
    }
    return std::sqrt(squares);
}

/// Fills tiltedMass and roundOff. The bound: an FFT of n points errs by at most 7 u log2 n in relative L2 norm (Higham 2002,
/// Theorem 24.2); a power's error is `steps` times its base's, which is at most 1 in modulus; logarithms, products and
/// exponentials of the powers add 8 u a step.
void transformInto(Composed& out, const std::vector<Repeated>& parts, std::size_t size)
{
    constexpr double kUnit = std::numeric_limits<double>::epsilon() / 2;
    const double perTransform = 7 * kUnit * std::log2(static_cast<double>(size));
    Transform transform(size);
    std::vector<std::complex<double>> logSpectrum(size / 2 + 1);
    double steps = 0;
    for (const Repeated& part : parts) {
        out.roundOff += part.steps * perTransform * fold(*part.losses, out.tilt, transform.values());
        steps += part.steps;
        transform.forward();
        const auto spectrum = transform.spectrum();
        for (std::size_t k = 0; k < spectrum.size(); ++k) logSpectrum[k] += part.steps * std::log(spectrum[k]);
    }
    const auto spectrum = transform.spectrum();
    for (std::size_t k = 0; k < spectrum.size(); ++k) spectrum[k] = std::exp(logSpectrum[k]) / static_cast<double>(size);
    transform.inverse();
    out.tiltedMass.resize(size);
    double squares = 0;
    const auto values = transform.values();
    for (std::size_t i = 0; i < size; ++i) {
        const std::int64_t place = (out.first + static_cast<std::int64_t>(i)) % static_cast<std::int64_t>(size);
        const double mass = std::max(values[static_cast<std::size_t>(place < 0 ? place + static_cast<std::int64_t>(size) : place)], 0.0);
        out.tiltedMass[i] = mass;
        squares += mass * mass;
    }
    out.roundOff += (perTransform + 8 * kUnit * steps) * std::sqrt(squares);
}

/// The tilt at which Chernoff's bound of delta is least, to a factor of two: the bulk is then where delta arises.
double tiltFor(const std::vector<Repeated>& parts, double delta)
{
    const auto boundAt = [&](double tilt) { return (logMoment(parts, tilt) - std::log(delta)) / tilt; };
    double tilt = 1;
    double bound = boundAt(tilt);
    const double factor = boundAt(2 * tilt) < bound ? 2 : 0.5;
    for (int i = 0; i < 40; ++i) {
        const double next = boundAt(tilt * factor);
        if (!(next < bound)) break;
        tilt *= factor;
        bound = next;
    }
    return tilt;
}

/// Empty where the window needs more than kMostPoints.
std::optional<Composed> compose(const std::vector<Repeated>& parts, double tilt, double delta)
{
    Composed out;
    out.tilt = tilt;
    out.spacing = parts.front().losses->spacing;
    out.logScale = logMoment(parts, tilt);
    const Window window = windowOf(parts, tilt, out.logScale, delta);
    const double points = (window.top - window.bottom) / out.spacing + 2;
    if (!(points <= static_cast<double>(kMostPoints))) return std::nullopt;
    out.first = static_cast<std::int64_t>(std::floor(window.bottom / out.spacing));
    std::size_t size = 64;
    while (static_cast<double>(size) < points) size *= 2;
    out.outside = kCut * delta;
    for (const Repeated& part : parts) out.outside += part.steps * part.losses->atInfinity;
    transformInto(out, parts, size);
    return out;
}

/// The least epsilon at which the composed delta with all that was set aside is at most `delta`, scanning down from the top.
TightEpsilon solve(const Composed& composed, double delta)
{
    const double h = composed.spacing;
    const double roundOffNorm = composed.roundOff / std::sqrt(-std::expm1(-2 * composed.tilt * h));
    double mass = 0;        // above the point before
    double discounted = 0;  // the same, each weighted by e^-(loss - point before)
    for (std::size_t i = composed.tiltedMass.size(); i-- > 0;) {
        const double loss = static_cast<double>(composed.first + static_cast<std::int64_t>(i)) * h;
        const double scale = std::exp(composed.logScale - composed.tilt * loss);
        const double slack = composed.outside + roundOffNorm * scale;
        if (loss < 0 || mass + slack - discounted * std::exp(-h) > delta) {
            // Between this point and the one before, delta is mass + slack - e^(epsilon - point before) * discounted.
            const double epsilon = loss + h + std::log(std::max(mass + slack - delta, 1e-300) / std::max(discounted, 1e-300));
            return {std::clamp(epsilon, std::max(loss, 0.0), loss + h), h, slack};
        }
        const double here = std::min(composed.tiltedMass[i] * scale, 1.0);
        mass += here;
        discounted = discounted * std::exp(-h) + here;
    }
    return {std::max(static_cast<double>(composed.first) * h, 0.0), h, composed.outside};
}

/// The bound of one direction; empty where the grid has to be coarser. Every tilt gives a bound, so the least counts: where
/// rare large losses rule the moments, a smaller tilt than Chernoff's is better.
std::optional<TightEpsilon> boundOf(const std::vector<Repeated>& parts, double delta)
{
    std::optional<TightEpsilon> best;
    double tilt = tiltFor(parts, delta);
    for (int i = 0; i < 12; ++i, tilt /= 2) {
        const auto composed = compose(parts, tilt, delta);
        if (!composed) continue;
        const TightEpsilon found = solve(*composed, delta);
        const bool isBetter = !best || found.epsilon < best->epsilon * (1 - 1e-6);
        if (!best || found.epsilon < best->epsilon) best = found;
        if (!isBetter) break;
    }
    return best;
}

double deviationOf(const SampledGaussian& mechanism)
{
    const double inverse = 1 / mechanism.noiseMultiplier;
    return std::min(mechanism.samplingRate * std::sqrt(std::expm1(std::min(inverse * inverse, 100.0))), inverse);
}

std::vector<SampledGaussian> thatSpend(std::span<const SampledGaussian> mechanisms)
{
    std::vector<SampledGaussian> spending;
    for (const SampledGaussian& mechanism : mechanisms) {
        if (mechanism.samplingRate > 0 && mechanism.steps > 0) spending.push_back(mechanism);
    }
    return spending;
}

/// All on one grid: discretise() may have had to make one coarser.
std::vector<LossPair> discretiseAll(const std::vector<SampledGaussian>& mechanisms, double spacing, double tailMass)
{
    std::vector<LossPair> pairs;
    for (std::size_t i = 0; i < mechanisms.size(); ++i) {
        pairs.push_back(discretise(mechanisms[i].samplingRate, mechanisms[i].noiseMultiplier, spacing, tailMass));
        if (pairs.back().removal.spacing == spacing) continue;
        return discretiseAll(mechanisms, pairs.back().removal.spacing, tailMass);
    }
    return pairs;
}

}  // namespace

Result<TightEpsilon> tightEpsilon(std::span<const SampledGaussian> mechanisms, double delta, double pointsPerDeviation)
{
    TRY(checkAll(mechanisms));
    if (!(pointsPerDeviation >= 1 && pointsPerDeviation <= 4096)) {
        return fail(ErrorKind::Malformed, "grid points per deviation are not 1 to 4096");
    }
    TRY_ASSIGN(renyi, renyiEpsilon(mechanisms, delta));
    const std::vector<SampledGaussian> spending = thatSpend(mechanisms);
    if (spending.empty() || renyi.epsilon == 0) return TightEpsilon{};
    double steps = 0;
    double variance = 0;
    for (const SampledGaussian& mechanism : spending) {
        const double deviation = deviationOf(mechanism);
        steps += static_cast<double>(mechanism.steps);
        variance += static_cast<double>(mechanism.steps) * deviation * deviation;
    }
    double spacing = std::sqrt(variance / steps) / pointsPerDeviation;
    for (;; spacing *= 2) {
        const std::vector<LossPair> pairs = discretiseAll(spending, spacing, kCut * delta / steps);
        spacing = pairs.front().removal.spacing;
        std::vector<Repeated> removal;
        std::vector<Repeated> addition;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            removal.push_back({&pairs[i].removal, static_cast<double>(spending[i].steps)});
            addition.push_back({&pairs[i].addition, static_cast<double>(spending[i].steps)});
        }
        const auto removed = boundOf(removal, delta);
        const auto added = removed ? boundOf(addition, delta) : std::nullopt;
        if (!removed || !added) continue;
        TightEpsilon worse = removed->epsilon >= added->epsilon ? *removed : *added;
        // Both bound the same thing; after 10^6 steps and more the allowance for rounding can make this one the looser.
        if (renyi.epsilon < worse.epsilon) worse = {renyi.epsilon, 0, 0};
        return worse;
    }
}

}  // namespace quorate::privacy
