// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/discrete_gaussian.h"

#include <openssl/crypto.h>

#include <array>
#include <cstring>
#include <limits>
#include <string>

namespace quorate::privacy {
namespace {

/// Leaves the sampler from within its loops; caught where the sampling began.
struct RandomFailed {
    Error error;
};

/// Random words from a buffer, because asking the generator for two bytes costs as much as asking for thousands.
class RandomWords {
public:
    explicit RandomWords(const RandomSource& random) : m_random(random) {}
    ~RandomWords() { OPENSSL_cleanse(m_buffer.data(), m_buffer.size()); }
    RandomWords(const RandomWords&) = delete;
    RandomWords& operator=(const RandomWords&) = delete;

    template <typename Word>
    Word next()
    {
        if (m_buffer.size() - m_used < sizeof(Word)) refill();
        Word word;
        std::memcpy(&word, m_buffer.data() + m_used, sizeof word);
        m_used += sizeof word;
        return word;
    }

private:
    void refill()
    {
        if (auto filled = m_random(m_buffer); !filled) throw RandomFailed{filled.error()};
        m_used = 0;
    }

    const RandomSource& m_random;
    std::array<std::uint8_t, 1 << 14> m_buffer{};
    std::size_t m_used = m_buffer.size();
};

class Sampler {
public:
    Sampler(std::uint64_t sigma, const RandomSource& random)
        : m_sigma(sigma), m_firstUnfair(std::numeric_limits<std::uint64_t>::max() / sigma * sigma), m_random(random)
    {
    }

    /// Algorithm 3 with t = sigma: a discrete Laplace value y of scale sigma, kept with probability
    /// exp(-(|y| - sigma)^2 / (2 sigma^2)).
    std::int64_t gaussian()
    {
        for (;;) {
            const std::uint64_t remainder = belowSigma();
            if (!exponential(remainder, m_sigma)) continue;
            std::uint64_t times = 0;
            while (exponential(1, 1)) ++times;
            const bool isNegative = (m_random.next<std::uint8_t>() & 1) != 0;
            if (isNegative && remainder == 0 && times == 0) continue;
            if (!isKept(remainder, times)) continue;
            // Below 2^63: `times` reaches 2^9 with probability e^-512, and is kept with e^(-2^17).
            const auto magnitude = static_cast<std::int64_t>(remainder + m_sigma * times);
            return isNegative ? -magnitude : magnitude;
        }
    }

private:
    /// Uniform in [0, sigma).
    std::uint64_t belowSigma()
    {
        for (;;) {
            const auto word = m_random.next<std::uint64_t>();
            if (word < m_firstUnfair) return word % m_sigma;
        }
    }

    /// True with probability numerator / denominator, exactly: a uniform real's digits to base 256 are drawn until they
    /// differ from the quotient's. denominator <= 2^54.
    bool bernoulli(std::uint64_t numerator, std::uint64_t denominator)
    {
        if (numerator >= denominator) return true;
        for (;;) {
            numerator <<= 8;
            const std::uint64_t below = m_random.next<std::uint8_t>() * denominator;
            if (below + denominator <= numerator) return true;
            if (below >= numerator) return false;
            numerator -= below;
        }
    }

    /// True with probability exp(-numerator / denominator), quotient at most 1 (Algorithm 1, first case).
    bool exponential(std::uint64_t numerator, std::uint64_t denominator)
    {
        std::uint64_t k = 1;
        while (bernoulli(1, k) && bernoulli(numerator, denominator)) ++k;
        return k % 2 == 1;
    }

    /// True with probability exp(-(numerator / denominator)^2 / 2), quotient at most 1.
    bool halfSquareExponential(std::uint64_t numerator, std::uint64_t denominator)
    {
        std::uint64_t k = 1;
        while (bernoulli(1, 2 * k) && bernoulli(numerator, denominator) && bernoulli(numerator, denominator)) ++k;
        return k % 2 == 1;
    }

    /// Acceptance of |y| = remainder + times * sigma. With ||y| - sigma| = whole * sigma + part the exponent is
    /// whole^2 / 2 + whole * part / sigma + (part / sigma)^2 / 2: a product of probabilities that need no long integers.
    bool isKept(std::uint64_t remainder, std::uint64_t times)
    {
        const std::uint64_t whole = times == 0 ? 0 : times - 1;
        const std::uint64_t part = times == 0 ? m_sigma - remainder : remainder;
        for (std::uint64_t i = 0; i < whole * whole; ++i) {
            if (!exponential(1, 2)) return false;
        }
        for (std::uint64_t i = 0; i < whole; ++i) {
            if (!exponential(part, m_sigma)) return false;
        }
        return halfSquareExponential(part, m_sigma);
    }

    std::uint64_t m_sigma;
    std::uint64_t m_firstUnfair;  ///< A multiple of sigma: words below it give each remainder equally often.
    RandomWords m_random;
};

}  // namespace

Result<void> addDiscreteGaussian(std::span<std::int64_t> totals, std::uint64_t sigma, const RandomSource& random)
{
    if (sigma < 1 || sigma > kMostGridDeviation) {
        return fail(ErrorKind::Malformed, "noise deviation is " + std::to_string(sigma) + " steps of the grid, want 1 to 2^54");
    }
    try {
        Sampler sampler(sigma, random);
        for (std::size_t i = 0; i < totals.size(); ++i) {
            const std::int64_t noise = sampler.gaussian();
            const std::int64_t total = totals[i];
            if (noise > 0 ? total > std::numeric_limits<std::int64_t>::max() - noise
                          : total < std::numeric_limits<std::int64_t>::min() - noise) {
                return fail(ErrorKind::Malformed, "total " + std::to_string(i) + " leaves 64 bits when noise is added");
            }
            totals[i] = total + noise;
        }
    } catch (const RandomFailed& failed) {
        return tl::unexpected<Error>(failed.error);
    }
    return {};
}

}  // namespace quorate::privacy
