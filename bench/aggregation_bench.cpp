// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/aggregation_bench.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "learning/aggregate.h"
#include "learning/memory_source.h"

namespace quorate::bench {

using namespace learning;
using study::AggregationRule;

namespace {

constexpr int kRepetitions = 7;
constexpr std::size_t kPiece = (1 << 20) / sizeof(float);

double secondsOf(const std::function<void()>& body)
{
    const auto begin = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Each body's median, one run of each in turn, so that a machine that slows down slows them all.
std::vector<double> medians(int repetitions, const std::vector<std::function<void()>>& bodies)
{
    std::vector<std::vector<double>> taken(bodies.size());
    for (int i = 0; i < repetitions; ++i) {
        for (std::size_t b = 0; b < bodies.size(); ++b) taken[b].push_back(secondsOf(bodies[b]));
    }
    std::vector<double> middle;
    for (auto& of : taken) {
        std::sort(of.begin(), of.end());
        middle.push_back(of[of.size() / 2]);
    }
    return middle;
}

template <typename T>
T orExit(Result<T> result)
{
    if (result) return std::move(*result);
    std::fprintf(stderr, "aggregation failed: %s\n", result.error().message.c_str());
    std::exit(5);
}

void orExit(const Result<void>& result)
{
    if (result) return;
    std::fprintf(stderr, "aggregation failed: %s\n", result.error().message.c_str());
    std::exit(5);
}

/// Eight running sums, so that the loop waits for memory and not for one addition after another.
float sumOf(std::span<const float> values)
{
    float sums[8] = {};
    std::size_t i = 0;
    for (; i + 8 <= values.size(); i += 8) {
        for (std::size_t lane = 0; lane < 8; ++lane) sums[lane] += values[i + lane];
    }
    for (; i < values.size(); ++i) sums[0] += values[i];
    return sums[0] + sums[1] + sums[2] + sums[3] + sums[4] + sums[5] + sums[6] + sums[7];
}

/// Updates whose every page has been written, so that no repetition pays for first touch, and a model to write to.
class Round {
public:
    Round(std::size_t updates, std::size_t values, unsigned threads) : m_threads(threads), m_manifest{{"w", {values}}}, m_model(values)
    {
        std::minstd_rand generator(1);
        m_updates.assign(updates, std::vector<float>(values));
        for (auto& update : m_updates) {
            for (float& value : update) value = static_cast<float>(generator()) * 1e-9F - 1.0F;
            m_sources.push_back(std::make_unique<MemorySource>(update));
            m_stored.push_back({"site-" + std::to_string(1000 + m_stored.size()), 100 + m_stored.size(), m_sources.back().get()});
            m_totalWeight += m_stored.back().weight;
        }
    }

    /// `body` for each thread and update with the thread's part of it.
    void onParts(const std::function<void(unsigned, std::size_t, std::size_t, std::span<const float>)>& body) const
    {
        std::vector<std::jthread> workers;
        for (unsigned t = 0; t < m_threads; ++t) {
            workers.emplace_back([&, t] {
                for (std::size_t u = 0; u < m_updates.size(); ++u) {
                    const std::size_t begin = m_model.size() * t / m_threads;
                    const std::size_t end = m_model.size() * (t + 1) / m_threads;
                    body(t, u, begin, std::span(m_updates[u]).subspan(begin, end - begin));
                }
            });
        }
    }
    void readOnce()
    {
        std::vector<float> sums(m_threads);
        onParts([&](unsigned thread, std::size_t, std::size_t, std::span<const float> part) { sums[thread] += sumOf(part); });
        volatile float sink = sums.front();
        static_cast<void>(sink);
    }
    void fold(AverageFold& fold)
    {
        orExit(fold.restart({m_model.size(), m_totalWeight}));
        for (const StoredUpdate& update : m_stored) orExit(fold.admit(update.weight));
        onParts([&](unsigned, std::size_t u, std::size_t first, std::span<const float> part) {
            for (std::size_t at = 0; at < part.size(); at += kPiece) {
                orExit(fold.add(first + at, part.subspan(at, std::min(kPiece, part.size() - at)), m_stored[u].weight));
            }
        });
        ServerState state;
        orExit(aggregateFolded({}, m_manifest, fold, *m_sources.front(), state, sink(), {.threads = m_threads}));
    }
    void aggregate(const study::AggregationPlan& plan)
    {
        ServerState state = initialState(plan.rule, m_model.size());
        orExit(learning::aggregate(plan, m_manifest, m_stored, *m_sources.front(), state, sink(), {.threads = m_threads}));
    }
    [[nodiscard]] AverageFold emptyFold() const { return orExit(AverageFold::create({m_model.size(), m_totalWeight})); }

private:
    ModelSink sink()
    {
        return [this](std::uint64_t first, std::span<const float> values) -> Result<void> {
            std::copy(values.begin(), values.end(), m_model.begin() + static_cast<std::ptrdiff_t>(first));
            return {};
        };
    }

    unsigned m_threads;
    ModelManifest m_manifest;
    std::vector<float> m_model;
    std::vector<std::vector<float>> m_updates;
    std::vector<std::unique_ptr<MemorySource>> m_sources;
    std::vector<StoredUpdate> m_stored;
    std::uint64_t m_totalWeight = 0;
};

study::AggregationPlan planOf(AggregationRule rule, std::size_t hostile)
{
    study::AggregationPlan plan;
    plan.rule = rule;
    plan.byzantineSites = static_cast<std::uint32_t>(hostile);
    return plan;
}

}  // namespace

AverageFigures measureAverages(std::size_t updates, std::size_t megabytes, unsigned threads)
{
    Round round(updates, megabytes * 1'000'000 / sizeof(float), threads);
    AverageFold fold = round.emptyFold();
    const double gigabytes = static_cast<double>(updates * megabytes) / 1000;
    const auto seconds = medians(kRepetitions, {[&] { round.readOnce(); }, [&] { round.fold(fold); }, [&] { round.aggregate({}); }});
    return {gigabytes / seconds[0], gigabytes / seconds[1], gigabytes / seconds[2]};
}

RobustFigures measureRobust(std::size_t updates, std::size_t values, std::size_t trimmed, unsigned threads)
{
    Round round(updates, values, threads);
    const auto run = [&](AggregationRule rule) {
        return [&round, plan = planOf(rule, trimmed)] { round.aggregate(plan); };
    };
    const auto seconds = medians(kRepetitions, {run(AggregationRule::CoordinateMedian), run(AggregationRule::TrimmedMean),
                                                run(AggregationRule::Krum), run(AggregationRule::GeometricMedian)});
    return {seconds[0], seconds[1], seconds[2], seconds[3]};
}

std::optional<NumpyFigures> measureNumpy(std::size_t updates, std::size_t values, std::size_t trimmed)
{
    const std::filesystem::path answer = std::filesystem::temp_directory_path() / "quorate-numpy-baseline.txt";
    const std::string arguments = std::to_string(updates) + " " + std::to_string(values) + " " + std::to_string(trimmed);
    std::error_code ignored;
    // The first python of the path need not be the one that numpy was installed for.
    for (const char* python : {"python3", "/usr/bin/python3"}) {
        const std::string command = std::string(python) + " \"" + QUORATE_BENCH_FOLDER + "/numpy_baseline.py\" " + arguments + " > \"" +
                                    answer.string() + "\" 2> \"" + answer.string() + ".log\"";
        NumpyFigures figures;
        const bool ran = std::system(command.c_str()) == 0;
        const bool isRead = ran && static_cast<bool>(std::ifstream(answer) >> figures.median >> figures.trimmed);
        std::filesystem::remove(answer, ignored);
        std::filesystem::remove(answer.string() + ".log", ignored);
        if (isRead) return figures;
    }
    return std::nullopt;
}

}  // namespace quorate::bench
