// SPDX-License-Identifier: GPL-3.0-or-later
// The production aggregation against only reading the same updates once, and against numpy; in one run.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/aggregation_bench.h"
#ifdef QUORATE_BENCH_UPLOADS
#include <filesystem>

#include "bench/upload_bench.h"
#endif

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
    bool uploadsOnly = false;
    std::string spool;  ///< Where uploads are kept; empty: the system's folder for temporary files.
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
        } else if (name == "--uploads-only") {
            options.uploadsOnly = true;
        } else if (name == "--spool" && i + 1 < argc) {
            options.spool = argv[++i];
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

/// Uploads into a service's process, where this build has one; first, for the memory of what follows slows it down.
void addUploads([[maybe_unused]] const Options& options, [[maybe_unused]] const char* program, [[maybe_unused]] std::vector<Line>& lines)
{
#ifdef QUORATE_BENCH_UPLOADS
    const auto spool = options.spool.empty() ? std::filesystem::temp_directory_path() / "quorate-bench-spool" : std::filesystem::path(options.spool);
    std::filesystem::create_directories(spool);
    const auto uploads = measureUploads(std::filesystem::path(program).parent_path(), spool, options.updates, options.megabytes);
    std::error_code ignored;
    std::filesystem::remove_all(spool, ignored);
    if (!uploads) {
        std::fprintf(stderr, "uploads: %s\n", uploads.error().message.c_str());
        return;
    }
    lines.push_back({"plainGrpcGBs", uploads->plainGBs, "GB/s, plain gRPC streaming, thrown away"});
    lines.push_back({"uploadGBs", uploads->uploadAndFoldGBs, "GB/s, uploads over TLS, sealed and folded"});
    lines.push_back({"uploadOfPlainGrpc", uploads->uploadOfPlainGrpc(), "of plain gRPC, uploads and folding"});
    lines.push_back({"hashedUploadOfPlainGrpc", uploads->hashedUploadOfPlainGrpc, "the same with the site's own hashing, once for each update"});
    lines.push_back({"peakOverModel", uploads->peakOverModel, "times the model: the service's peak memory"});
    lines.push_back({"peakBoundOverModel", uploads->peakBoundOverModel, "times the model: what it must stay under"});
    lines.push_back({"peakGrowth", uploads->peakGrowth, "times the peak with ten times as many updates"});
#endif
}

/// The robust rules and numpy in turns; of the turns the one with the middle ratio: the machine's other work comes and goes by the minute.
void addRobust(std::vector<Line>& lines)
{
    struct Turn {
        RobustFigures own;
        std::optional<NumpyFigures> numpy;
    };
    std::array<Turn, 3> turns;
    for (Turn& turn : turns) {
        turn.own = measureRobust(kRobustUpdates, kRobustValues, kTrimmed, kThreads);
        turn.numpy = measureNumpy(kRobustUpdates, kRobustValues, kTrimmed);
    }
    const auto middle = [&turns](double RobustFigures::*own, double NumpyFigures::*numpy) {
        const auto ratio = [&](const Turn& turn) { return turn.numpy ? (*turn.numpy).*numpy / turn.own.*own : 0; };
        std::ranges::sort(turns, {}, ratio);
        return std::pair(turns[1], ratio(turns[1]));
    };
    const auto [ofMedian, medianOverNumpy] = middle(&RobustFigures::median, &NumpyFigures::median);
    const auto [ofTrimmed, trimmedOverNumpy] = middle(&RobustFigures::trimmed, &NumpyFigures::trimmed);
    lines.insert(lines.end(), {
        {"medianSeconds", ofMedian.own.median, "s, coordinate median of 71 x 4 MB"},
        {"trimmedSeconds", ofTrimmed.own.trimmed, "s, trimmed mean, 7 on each side"},
        {"krumSeconds", ofTrimmed.own.krum, "s, Krum"},
        {"geometricSeconds", ofTrimmed.own.geometric, "s, geometric median, 8 iterations"}});
    if (!ofMedian.numpy || !ofTrimmed.numpy) return;
    lines.push_back({"medianOverNumpy", medianOverNumpy, "times as fast as numpy's median"});
    lines.push_back({"trimmedOverNumpy", trimmedOverNumpy, "times as fast as numpy's trimmed mean"});
}

std::vector<Line> measure(const Options& options, const char* program)
{
    std::vector<Line> lines;
    addUploads(options, program, lines);
    if (options.uploadsOnly) return lines;
    const AverageFigures averages = measureAverages(options.updates, options.megabytes, kThreads);
    lines.insert(lines.end(), {
        {"readOnceGBs", averages.readOnce, "GB/s, every update read once"},
        {"streamingGBs", averages.streaming, "GB/s, folded as they come"},
        {"blockedGBs", averages.blocked, "GB/s, held updates"},
        {"streamingOfReadOnce", averages.streaming / averages.readOnce, "of reading once, folded as they come"},
        {"blockedOfReadOnce", averages.blocked / averages.readOnce, "of reading once, held updates"}});
    addRobust(lines);
    return lines;
}

}  // namespace

int main(int argc, char** argv)
{
    Options options;
    if (!parseOptions(argc, argv, options)) {
        std::fputs("usage: bench_aggregation [--updates N] [--megabytes M] [--spool FOLDER] [--uploads-only] [--json]\n", stderr);
        return 2;
    }
    const std::vector<Line> lines = measure(options, argv[0]);
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
