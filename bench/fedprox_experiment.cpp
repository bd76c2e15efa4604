// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/fedprox_experiment.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <random>
#include <thread>

#include "learning/batch_order.h"
#include "learning/network.h"
#include "learning/open_model.h"

namespace quorate::bench {

using namespace learning;

namespace {

constexpr std::size_t kInputs = 60;
constexpr std::size_t kClasses = 10;
constexpr std::size_t kDevicesPerRound = 10;
constexpr std::uint32_t kEpochs = 20;
constexpr std::uint32_t kBatch = 10;
const study::ModelSpec kSpec{study::ModelKind::SoftmaxRegression, kInputs, kClasses};

using Generator = std::mt19937_64;

double normal(Generator& generator, double mean, double deviation)
{
    return mean + deviation * std::normal_distribution<double>()(generator);
}

/// A device's labels are the class with the largest output.
struct Labeller {
    std::vector<double> weights;
    std::vector<double> biases;

    Labeller(Generator& generator, double mean) : weights(kInputs * kClasses), biases(kClasses)
    {
        for (double& weight : weights) weight = normal(generator, mean, 1);
        for (double& bias : biases) bias = normal(generator, mean, 1);
    }
    [[nodiscard]] std::size_t classOf(std::span<const double> inputs) const
    {
        std::vector<double> outputs = biases;
        for (std::size_t i = 0; i < kInputs; ++i) {
            for (std::size_t c = 0; c < kClasses; ++c) outputs[c] += inputs[i] * weights[i * kClasses + c];
        }
        return static_cast<std::size_t>(std::max_element(outputs.begin(), outputs.end()) - outputs.begin());
    }
};

schema::RecordSet emptyRecords()
{
    schema::RecordSet records;
    records.columns = kInputs;
    records.targetKind = schema::TargetKind::Class;
    return records;
}

void addDevice(Generator& generator, const Labeller& labeller, std::span<const double> means, std::size_t size, SyntheticDevices& out)
{
    schema::RecordSet train = emptyRecords();
    schema::RecordSet test = emptyRecords();
    const std::size_t trained = size * 9 / 10;
    std::vector<double> inputs(kInputs);
    for (std::size_t r = 0; r < size; ++r) {
        for (std::size_t i = 0; i < kInputs; ++i) {
            inputs[i] = normal(generator, means[i], std::pow(static_cast<double>(i + 1), -0.6));
        }
        schema::RecordSet& part = r < trained ? train : test;
        part.features.insert(part.features.end(), inputs.begin(), inputs.end());
        part.targets.push_back(static_cast<double>(labeller.classOf(inputs)));
    }
    out.codes.push_back("device-" + std::to_string(100 + out.codes.size()));
    out.train.push_back(std::move(train));
    out.test.push_back(std::move(test));
}

/// Who takes part in a round, and for how many epochs.
std::vector<SimulatedTask> draw(Generator& generator, const SyntheticDevices& devices, const FedProxRun& run)
{
    std::vector<std::size_t> order(devices.train.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), generator);
    order.resize(std::min(kDevicesPerRound, order.size()));
    const auto finishing = static_cast<std::size_t>(std::lround((1 - run.stragglers) * static_cast<double>(order.size())));
    std::vector<SimulatedTask> tasks;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const bool isStraggler = i >= finishing;
        const std::uint32_t partial = std::uniform_int_distribution<std::uint32_t>(1, kEpochs - 1)(generator);
        if (isStraggler && !run.keepsPartialWork) continue;
        const std::size_t passes = BatchOrder(devices.train[order[i]].records(), kBatch, 0).batchesPerPass();
        tasks.push_back({order[i], passes * (isStraggler ? partial : kEpochs)});
    }
    return tasks;
}

Result<double> accuracyOf(const SyntheticDevices& devices, const ModelWeights& model)
{
    std::size_t right = 0;
    std::size_t all = 0;
    for (const schema::RecordSet& test : devices.test) {
        TRY_ASSIGN(outputs, predict(kSpec, model, test));
        for (std::size_t r = 0; r < test.records(); ++r) {
            const auto first = outputs.begin() + static_cast<std::ptrdiff_t>(r * kClasses);
            const auto best = std::max_element(first, first + kClasses) - first;
            right += static_cast<double>(best) == test.targets[r] ? 1U : 0U;
        }
        all += test.records();
    }
    return static_cast<double>(right) / static_cast<double>(all);
}

/// One run on one data set, and where its accuracy goes.
struct Job {
    SyntheticOptions data;
    FedProxRun run;
    double* accuracy;
};

Result<void> runAll(std::span<const Job> jobs)
{
    std::vector<Result<void>> ends(jobs.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < jobs.size(); i = next++) {
            const auto accuracy = runFedProx(synthesise(jobs[i].data), jobs[i].run);
            if (accuracy) *jobs[i].accuracy = *accuracy;
            if (!accuracy) ends[i] = tl::unexpected(accuracy.error());
        }
    };
    std::vector<std::jthread> workers;
    for (unsigned t = 0; t < std::max(1U, std::thread::hardware_concurrency()); ++t) workers.emplace_back(work);
    workers.clear();
    for (auto& end : ends) TRY(end);
    return {};
}

}  // namespace

SyntheticDevices synthesise(const SyntheticOptions& options)
{
    Generator generator(options.seed);
    SyntheticDevices out;
    const Labeller shared(generator, 0);
    std::lognormal_distribution<double> sizes(4, 2);
    for (std::size_t device = 0; device < options.devices; ++device) {
        const auto size = static_cast<std::size_t>(sizes(generator)) + 50;
        const double modelMean = normal(generator, 0, options.alpha);
        const double inputMean = normal(generator, 0, options.beta);
        std::vector<double> means(kInputs);
        if (!options.isIid) {
            for (double& mean : means) mean = normal(generator, inputMean, 1);
        }
        addDevice(generator, options.isIid ? shared : Labeller(generator, modelMean), means, size, out);
    }
    return out;
}

Result<double> runFedProx(const SyntheticDevices& devices, const FedProxRun& run)
{
    study::TrainingPlan plan;
    plan.rounds = run.rounds;
    plan.learningRate = 0.01;
    plan.batchSize = kBatch;
    plan.proximalMu = run.mu;
    plan.seed = run.seed;
    std::vector<SimulatedSite> sites;
    for (std::size_t i = 0; i < devices.train.size(); ++i) sites.push_back({devices.codes[i], &devices.train[i]});
    Generator generator(run.seed);
    SimulationHooks hooks;
    hooks.choose = [&](std::uint32_t) { return draw(generator, devices, run); };
    TRY_ASSIGN(manifest, manifestOf(kSpec));
    ModelWeights start{manifest, std::vector<float>(static_cast<std::size_t>(elementsOf(manifest)))};
    TRY_ASSIGN(model, builtInModel(kSpec));
    TRY_ASSIGN(trained, simulate(*model, plan, sites, std::move(start), hooks));
    return accuracyOf(devices, trained);
}

Result<std::vector<FedProxFigures>> measureFedProx(std::uint32_t rounds)
{
    constexpr std::uint64_t kFirstSeed = 42;
    std::vector<FedProxFigures> figures(5);
    std::vector<Job> jobs;
    for (std::size_t i = 0; i < figures.size(); ++i) {
        FedProxFigures& of = figures[i];
        of.seed = kFirstSeed + i;
        const FedProxRun dropping{0, 0.9, false, rounds, of.seed};
        const FedProxRun partial{1, 0.9, true, rounds, of.seed};
        const SyntheticOptions published{.seed = kFirstSeed};
        const SyntheticOptions redrawn{.seed = of.seed};
        const SyntheticOptions iid{.isIid = true, .seed = of.seed};
        jobs.insert(jobs.end(), {{published, dropping, &of.dropping}, {published, partial, &of.partial},
                                 {redrawn, dropping, &of.droppingRedrawn}, {redrawn, partial, &of.partialRedrawn},
                                 {iid, {0, 0, true, rounds, of.seed}, &of.iidAverage}, {iid, {1, 0, true, rounds, of.seed}, &of.iidProximal}});
    }
    TRY(runAll(jobs));
    return figures;
}

}  // namespace quorate::bench
