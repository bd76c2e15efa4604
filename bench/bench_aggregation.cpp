// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the production aggregation is against only reading the same updates once.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <thread>
#include <vector>

#include "learning/aggregation.h"

using namespace quorate;
using namespace quorate::learning;

namespace {

constexpr int kRepetitions = 7;

struct Options {
    std::size_t updates = 10;
    std::size_t megabytes = 100;
    bool json = false;
};

bool parseCount(const char* text, std::size_t& out)
{
    const std::string_view view(text);
    const auto parsed = std::from_chars(view.data(), view.data() + view.size(), out);
    return parsed.ec == std::errc() && parsed.ptr == view.data() + view.size() && out >= 1 && out <= 10000;
}

bool parseOptions(int argc, char** argv, Options& options)
{
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--json") {
            options.json = true;
        } else if (name == "--updates" && i + 1 < argc) {
            if (!parseCount(argv[++i], options.updates)) return false;
        } else if (name == "--megabytes" && i + 1 < argc) {
            if (!parseCount(argv[++i], options.megabytes)) return false;
        } else {
            return false;
        }
    }
    return true;
}

/// Updates whose every page has been written, so that no repetition pays for first touch.
std::vector<ModelWeights> makeUpdates(const Options& options, const ModelManifest& manifest)
{
    std::vector<ModelWeights> updates(options.updates);
    for (std::size_t u = 0; u < updates.size(); ++u) {
        updates[u].tensors = manifest;
        updates[u].values.resize(elementsOf(manifest));
        for (std::size_t i = 0; i < updates[u].values.size(); ++i) {
            updates[u].values[i] = static_cast<float>((i * 31 + u * 17) % 1000) * 1e-3F;
        }
    }
    return updates;
}

double medianSeconds(const std::function<void()>& body)
{
    std::vector<double> seconds;
    for (int i = 0; i < kRepetitions; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        body();
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
}

/// Eight running sums, so that the loop waits for memory and not for one addition after another.
float sumOf(const float* values, std::size_t count)
{
    float sums[8] = {};
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        for (std::size_t lane = 0; lane < 8; ++lane) sums[lane] += values[i + lane];
    }
    for (; i < count; ++i) sums[0] += values[i];
    return sums[0] + sums[1] + sums[2] + sums[3] + sums[4] + sums[5] + sums[6] + sums[7];
}

/// As many threads as the machine has, each over its part of every update.
float readOnce(const std::vector<ModelWeights>& updates)
{
    const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
    std::vector<float> sums(threads);
    {
        std::vector<std::jthread> workers;
        for (std::size_t t = 0; t < threads; ++t) {
            workers.emplace_back([&, t] {
                for (const ModelWeights& update : updates) {
                    const std::size_t begin = update.values.size() * t / threads;
                    const std::size_t end = update.values.size() * (t + 1) / threads;
                    sums[t] += sumOf(update.values.data() + begin, end - begin);
                }
            });
        }
    }
    float total = 0;
    for (const float sum : sums) total += sum;
    return total;
}

}  // namespace

int main(int argc, char** argv)
{
    Options options;
    if (!parseOptions(argc, argv, options)) {
        std::fputs("usage: bench_aggregation [--updates N] [--megabytes M] [--json]\n", stderr);
        return 2;
    }
    const ModelManifest manifest = {{"w", {options.megabytes * 1'000'000 / sizeof(float)}}};
    const std::vector<ModelWeights> models = makeUpdates(options, manifest);
    std::vector<SiteUpdate> updates;
    for (std::size_t u = 0; u < models.size(); ++u) updates.push_back({"site-" + std::to_string(1000 + u), 100 + u, &models[u]});

    volatile float sink = 0;
    const double reading = medianSeconds([&] { sink = readOnce(models); });
    bool isComplete = true;
    ModelWeights global = models.front();
    const double aggregating = medianSeconds([&] {
        auto mean = aggregateFedAvg(manifest, updates, std::move(global));
        isComplete = isComplete && mean.has_value();
        if (mean) global = std::move(*mean);
    });
    if (!isComplete) {
        std::fputs("aggregation failed\n", stderr);
        return 5;
    }
    const double gigabytes = static_cast<double>(options.updates * options.megabytes) / 1000;
    const double readRate = gigabytes / reading;
    const double aggregateRate = gigabytes / aggregating;
    if (options.json) {
        std::printf("{\"updates\":%zu,\"megabytes\":%zu,\"readOnceGBs\":%.3f,\"aggregateGBs\":%.3f,\"ofReadOnce\":%.3f}\n",
                    options.updates, options.megabytes, readRate, aggregateRate, aggregateRate / readRate);
    } else {
        std::printf("%zu updates of %zu MB, median of %d\n", options.updates, options.megabytes, kRepetitions);
        std::printf("  read once   %8.1f ms  %6.2f GB/s\n", reading * 1e3, readRate);
        std::printf("  aggregate   %8.1f ms  %6.2f GB/s  %.2f of reading once\n", aggregating * 1e3, aggregateRate,
                    aggregateRate / readRate);
    }
    return 0;
}
