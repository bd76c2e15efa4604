// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/aggregation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

// Wider vectors where the processor has them. Each value's sum is its own, without fused operations, so the bits are the same.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__)
#define QUORATE_WIDE_VECTORS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define QUORATE_WIDE_VECTORS
#endif

namespace quorate::learning {

namespace {

/// Values summed at a time: their float64 totals stay in the first-level cache while every update passes by once.
constexpr std::size_t kBlock = 2048;
/// Below this, a thread costs more than it saves.
constexpr std::size_t kValuesPerThread = 1 << 18;
constexpr std::size_t kMaxThreads = 8;

struct Source {
    const float* values;
    double share;
};

Result<std::vector<SiteUpdate>> inOrder(std::span<const SiteUpdate> updates)
{
    if (updates.empty()) return fail(ErrorKind::Malformed, "there is no update to aggregate");
    std::vector<SiteUpdate> sorted(updates.begin(), updates.end());
    std::sort(sorted.begin(), sorted.end(), [](const SiteUpdate& a, const SiteUpdate& b) { return a.site < b.site; });
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        if (sorted[i].site == sorted[i - 1].site) {
            return fail(ErrorKind::Malformed, "site " + sorted[i].site + ": sent two updates for one round");
        }
    }
    return sorted;
}

/// Names, shapes and counts; the values are looked at in the sum.
Result<void> checkShape(const ModelManifest& manifest, const SiteUpdate& update)
{
    if (update.trainRecords == 0) return fail(ErrorKind::Malformed, "has no training records");
    const ModelWeights& weights = *update.weights;
    if (weights.tensors != manifest || weights.values.size() != elementsOf(manifest)) {
        return checkAgainst(manifest, weights);
    }
    return {};
}

/// Writes the mean of [begin, end). False when a total is not finite, and so some value was not: a finite float32 times a
/// share of at most 1 cannot overflow float64.
QUORATE_WIDE_VECTORS bool sumRange(const std::vector<Source>& sources, std::size_t begin, std::size_t end, float* out)
{
    std::array<double, kBlock> totals;
    bool isFinite = true;
    for (std::size_t block = begin; block < end; block += kBlock) {
        const std::size_t size = std::min(kBlock, end - block);
        std::fill_n(totals.begin(), size, 0.0);
        for (const Source& source : sources) {
            const float* values = source.values + block;
            const double share = source.share;
            for (std::size_t i = 0; i < size; ++i) totals[i] += share * static_cast<double>(values[i]);
        }
        // Collected in whole words without a branch, so that this stays a vector loop.
        std::uint64_t bad = 0;
        for (std::size_t i = 0; i < size; ++i) {
            bad |= std::abs(totals[i]) <= std::numeric_limits<double>::max() ? 0 : 1;
            out[block + i] = static_cast<float>(totals[i]);
        }
        isFinite = isFinite && bad == 0;
    }
    return isFinite;
}

bool sumAll(const std::vector<Source>& sources, std::vector<float>& out)
{
    const std::size_t wanted = std::clamp<std::size_t>(out.size() / kValuesPerThread, 1, kMaxThreads);
    const std::size_t threads = std::min<std::size_t>(wanted, std::max(1U, std::thread::hardware_concurrency()));
    if (threads == 1) return sumRange(sources, 0, out.size(), out.data());
    std::vector<char> isFinite(threads, 0);
    std::vector<std::jthread> workers;
    for (std::size_t t = 0; t < threads; ++t) {
        const std::size_t begin = out.size() * t / threads;
        const std::size_t end = out.size() * (t + 1) / threads;
        workers.emplace_back([&, t, begin, end] { isFinite[t] = sumRange(sources, begin, end, out.data()) ? 1 : 0; });
    }
    workers.clear();
    return std::all_of(isFinite.begin(), isFinite.end(), [](char ok) { return ok != 0; });
}

}  // namespace

Result<ModelWeights> aggregateFedAvg(const ModelManifest& manifest, std::span<const SiteUpdate> updates,
                                     ModelWeights reused)
{
    TRY_ASSIGN(sorted, inOrder(updates));
    double total = 0;
    for (const SiteUpdate& update : sorted) {
        if (auto checked = checkShape(manifest, update); !checked) return failAt("site " + update.site, checked.error());
        total += static_cast<double>(update.trainRecords);
    }
    std::vector<Source> sources;
    for (const SiteUpdate& update : sorted) {
        sources.push_back({update.weights->values.data(), static_cast<double>(update.trainRecords) / total});
    }
    ModelWeights mean = std::move(reused);
    mean.tensors = manifest;
    mean.values.resize(elementsOf(manifest));
    if (!sumAll(sources, mean.values)) {
        for (const SiteUpdate& update : sorted) {
            if (auto checked = checkAgainst(manifest, *update.weights); !checked) {
                return failAt("site " + update.site, checked.error());
            }
        }
        return fail(ErrorKind::Internal, "the mean of finite updates is not finite");
    }
    return mean;
}

}  // namespace quorate::learning
