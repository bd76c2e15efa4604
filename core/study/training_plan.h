// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/bytes.h"

namespace quorate::study {

enum class ModelKind {
    LogisticRegression,     ///< One output, binary target.
    LinearRegression,       ///< One output, decimal target, mean squared error.
    SoftmaxRegression,      ///< `outputs` classes, cross-entropy.
    CoxRegression,          ///< Log hazard ratio; target is a time and whether the event was seen (Breslow's partial likelihood).
    MultilayerPerceptron,   ///< `hiddenLayers` of `hiddenUnits` with ReLU, then `outputs`.
    Lstm,                   ///< `sequenceLength` steps of `inputs` values, one layer of `hiddenUnits`, then `outputs`.
    TorchScript,            ///< A scripted module whose file has `scriptDigest`.
};

/// The network that every site trains.
struct ModelSpec {
    ModelKind kind = ModelKind::LogisticRegression;
    std::uint32_t inputs = 0;          ///< Values of a record, or of one step of a sequence.
    std::uint32_t outputs = 1;         ///< 1: a probability or a value; more: classes.
    std::uint32_t hiddenUnits = 0;
    std::uint32_t hiddenLayers = 0;
    std::uint32_t sequenceLength = 0;  ///< Steps.
    Digest32 scriptDigest{};           ///< SHA-256 of the TorchScript file; zero for built-in models.
    bool operator==(const ModelSpec&) const = default;
};

enum class Optimiser { Sgd, Adam };

/// How the service makes the next model from the sites' updates. FedProx is `TrainingPlan::proximalMu` with FedAvg.
enum class AggregationRule {
    FedAvg,            ///< Mean weighted by training records (McMahan et al. 2017).
    FedAvgM,           ///< Server momentum (Hsu et al. 2019).
    FedAdam,           ///< Adaptive server optimisers (Reddi et al. 2021).
    FedYogi,
    FedAdagrad,
    Scaffold,          ///< Control variates (Karimireddy et al. 2020).
    CoordinateMedian,  ///< Yin et al. 2018.
    TrimmedMean,       ///< Yin et al. 2018.
    Krum,              ///< Blanchard et al. 2017.
    MultiKrum,
    GeometricMedian,   ///< Smoothed Weiszfeld (Pillutla et al. 2022).
};

struct AggregationPlan {
    AggregationRule rule = AggregationRule::FedAvg;
    double serverLearningRate = 1;           ///< Of FedAvgM, FedAdam, FedYogi, FedAdagrad and SCAFFOLD.
    double momentum = 0;                     ///< FedAvgM, [0, 1).
    double beta1 = 0.9;                      ///< FedAdam, FedYogi and FedAdagrad, [0, 1).
    double beta2 = 0.999;                    ///< FedAdam and FedYogi, [0, 1).
    double tau = 1e-8;                       ///< Adaptivity of the three, above 0: added to the root of v.
    std::uint32_t byzantineSites = 0;        ///< f: values trimmed on each side, or Krum's bound on hostile sites.
    std::uint32_t selectedSites = 0;         ///< Multi-Krum: how many it averages.
    double smoothing = 1e-6;                 ///< Weiszfeld: smallest distance that it divides by, above 0.
    std::uint32_t iterations = 8;            ///< Weiszfeld.
    double clipNorm = 0;                     ///< Largest L2 norm of a site's change of the model; 0: not clipped.
    bool operator==(const AggregationPlan&) const = default;
};

enum class PrivacyKind {
    None,         ///< Updates are not noised.
    SiteLevel,    ///< DP-FedAvg (McMahan et al. 2018): what one site contributes is hidden. Noise inside the service.
    RecordLevel,  ///< DP-SGD (Abadi et al. 2016): what one record contributes is hidden. Noise at the site.
};

/// The differential privacy that a study promises. An (epsilon, delta) that the run must not exceed.
struct PrivacyPlan {
    PrivacyKind kind = PrivacyKind::None;
    double epsilon = 0;              ///< Budget; the run stops before it would be exceeded.
    double delta = 0;
    double noiseMultiplier = 0;      ///< z: standard deviation of the noise over the clipping norm.
    double clipNorm = 0;             ///< S: L2 norm of a site's change, or of a record's gradient.
    double samplingRate = 1;         ///< q: chance of a site in a round, or of a record in a step. (0, 1].
    bool adaptiveClipping = false;   ///< Site level only (Andrew et al. 2021).
    double targetQuantile = 0.5;     ///< gamma
    double clipLearningRate = 0.2;   ///< eta
    double countNoise = 0;           ///< sigma_b, on the number of sites within the norm.
    bool operator==(const PrivacyPlan&) const = default;
};

struct TrainingPlan {
    std::string name = "fedavg";
    AggregationPlan aggregation;
    Optimiser optimiser = Optimiser::Sgd;
    double learningRate = 0.001;
    double proximalMu = 0;                 ///< FedProx (Li et al. 2020): weight of mu/2 |w - w_global|^2 in the site's loss.
    bool partialWork = false;              ///< A site that would miss the deadline sends the steps that it has done.
    std::uint32_t rounds = 15;
    std::uint32_t localSteps = 100;        ///< Updates per site and round.
    std::uint32_t batchSize = 4;           ///< 0 = the whole training part.
    std::uint32_t minimumSites = 2;        ///< A round with fewer updates at its deadline does not aggregate.
    std::uint32_t roundDeadlineSeconds = 120;
    std::uint64_t seed = 42;               ///< Initial weights and batch order follow from it.
    PrivacyPlan privacy;
    bool operator==(const TrainingPlan&) const = default;
};

/// "fedavg", "trimmed-mean": as in receipts and at the command line.
const char* nameOf(AggregationRule rule);
const char* nameOf(ModelKind kind);

/// What is wrong with model or plan for so many sites, one sentence each; nothing when it can be run.
std::vector<std::string> violations(const ModelSpec& model);
std::vector<std::string> violations(const TrainingPlan& plan, std::size_t sites);

}  // namespace quorate::study
