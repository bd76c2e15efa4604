// SPDX-License-Identifier: GPL-3.0-or-later
// The production aggregation against only reading the same updates once, and against numpy; in one run.
#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "bench/aggregation_bench.h"

using namespace quorate::bench;

namespace {

constexpr unsigned kThreads = 2;
constexpr std::size_t kRobustUpdates = 71;
constexpr std::size_t kRobustValues = 1'000'000;
constexpr std::size_t kTrimmed = 7;

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

/// A figure under its JSON key, and what it is in words.
struct Line {
    const char* key;
    double value;
    const char* words;
};

std::vector<Line> measure(const Options& options)
{
    const AverageFigures averages = measureAverages(options.updates, options.megabytes, kThreads);
    const RobustFigures robust = measureRobust(kRobustUpdates, kRobustValues, kTrimmed, kThreads);
    std::vector<Line> lines = {
        {"readOnceGBs", averages.readOnce, "GB/s, every update read once"},
        {"streamingGBs", averages.streaming, "GB/s, folded as they come"},
        {"blockedGBs", averages.blocked, "GB/s, held updates"},
        {"streamingOfReadOnce", averages.streaming / averages.readOnce, "of reading once, folded as they come"},
        {"blockedOfReadOnce", averages.blocked / averages.readOnce, "of reading once, held updates"},
        {"medianSeconds", robust.median, "s, coordinate median of 71 x 4 MB"},
        {"trimmedSeconds", robust.trimmed, "s, trimmed mean, 7 on each side"},
        {"krumSeconds", robust.krum, "s, Krum"},
        {"geometricSeconds", robust.geometric, "s, geometric median, 8 iterations"}};
    if (const auto numpy = measureNumpy(kRobustUpdates, kRobustValues, kTrimmed)) {
        lines.push_back({"medianOverNumpy", numpy->median / robust.median, "times as fast as numpy's median"});
        lines.push_back({"trimmedOverNumpy", numpy->trimmed / robust.trimmed, "times as fast as numpy's trimmed mean"});
    }
    return lines;
}

}  // namespace

int main(int argc, char** argv)
{
    Options options;
    if (!parseOptions(argc, argv, options)) {
        std::fputs("usage: bench_aggregation [--updates N] [--megabytes M] [--json]\n", stderr);
        return 2;
    }
    const std::vector<Line> lines = measure(options);
    if (!options.json) {
        std::printf("%zu updates of %zu MB, %u threads\n", options.updates, options.megabytes, kThreads);
        for (const Line& line : lines) std::printf("  %10.4f  %s\n", line.value, line.words);
        return 0;
    }
    std::printf("{\"updates\":%zu,\"megabytes\":%zu,\"threads\":%u", options.updates, options.megabytes, kThreads);
    for (const Line& line : lines) std::printf(",\"%s\":%.4f", line.key, line.value);
    std::printf("}\n");
    return 0;
}
