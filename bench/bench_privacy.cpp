// SPDX-License-Identifier: GPL-3.0-or-later
// Noise for 25 million values: the discrete Gaussian against a plain floating-point one from the same generator; and how
// long the accountants take for a usual plan.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <numbers>
#include <string_view>
#include <vector>

#include "core/privacy/discrete_gaussian.h"
#include "core/privacy/renyi.h"
#include "core/privacy/tight.h"

using namespace quorate;
using namespace quorate::privacy;

namespace {

constexpr std::size_t kValues = 25'000'000;
constexpr std::uint64_t kDeviation = 3'000'001;
constexpr int kRepetitions = 3;

double medianSeconds(const std::function<bool()>& body, bool& isComplete)
{
    std::vector<double> seconds;
    for (int i = 0; i < kRepetitions; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        isComplete = body() && isComplete;
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
}

/// The baseline: Box and Muller 1958 on 53-bit uniforms, rounded to the grid. Not fit for privacy, because its float values
/// leave gaps that tell what they were added to (Mironov 2012).
bool addFloatGaussian(std::vector<std::int64_t>& totals, const RandomSource& random)
{
    std::array<std::uint64_t, 2048> words{};
    const std::span<std::uint8_t> bytes(reinterpret_cast<std::uint8_t*>(words.data()), sizeof words);
    for (std::size_t i = 0; i < totals.size();) {
        if (!random(bytes)) return false;
        for (std::size_t w = 0; w + 1 < words.size() && i < totals.size(); w += 2) {
            const double first = static_cast<double>((words[w] >> 11) + 1) * 0x1p-53;
            const double angle = 2 * std::numbers::pi * static_cast<double>(words[w + 1] >> 11) * 0x1p-53;
            const double radius = std::sqrt(-2 * std::log(first)) * static_cast<double>(kDeviation);
            totals[i++] += std::llround(radius * std::cos(angle));
            if (i < totals.size()) totals[i++] += std::llround(radius * std::sin(angle));
        }
    }
    return true;
}

}  // namespace

int main(int argc, char** argv)
{
    const bool json = argc == 2 && std::string_view(argv[1]) == "--json";
    if (argc != (json ? 2 : 1)) {
        std::fputs("usage: bench_privacy [--json]\n", stderr);
        return 2;
    }
    const RandomSource random = systemRandom();
    std::vector<std::int64_t> totals(kValues, 1);
    bool isComplete = true;
    const double plain = medianSeconds([&] { return addFloatGaussian(totals, random); }, isComplete);
    const double discrete = medianSeconds([&] { return addDiscreteGaussian(totals, kDeviation, random).has_value(); }, isComplete);
    const std::array plan{SampledGaussian{0.3, 2.9, 100}};
    const double renyi = medianSeconds([&] { return renyiEpsilon(plan, 1e-3).has_value(); }, isComplete);
    const double tight = medianSeconds([&] { return tightEpsilon(plan, 1e-3).has_value(); }, isComplete);
    if (!isComplete) {
        std::fputs("no randomness, or no epsilon\n", stderr);
        return 5;
    }
    const double each = 1e9 / static_cast<double>(kValues);
    if (json) {
        std::printf("{\"values\":%zu,\"discreteSeconds\":%.3f,\"floatSeconds\":%.3f,\"discreteOverFloat\":%.2f,\"renyiMs\":%.2f,"
                    "\"tightMs\":%.2f}\n",
                    kValues, discrete, plain, discrete / plain, renyi * 1e3, tight * 1e3);
    } else {
        std::printf("noise for %zu values, one thread, median of %d\n", kValues, kRepetitions);
        std::printf("  float Gaussian (Box-Muller)  %7.2f s  %5.0f ns each\n", plain, plain * each);
        std::printf("  discrete Gaussian            %7.2f s  %5.0f ns each  %.2f of it\n", discrete, discrete * each, discrete / plain);
        std::printf("epsilon of 100 rounds at q 0.3, noise 2.9\n  Renyi  %8.2f ms\n  tight  %8.2f ms\n", renyi * 1e3, tight * 1e3);
    }
    return 0;
}
