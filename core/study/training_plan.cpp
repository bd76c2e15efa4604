// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/training_plan.h"

#include <array>
#include <cmath>

#include "core/privacy/outlook.h"

namespace quorate::study {
namespace {

constexpr std::uint32_t kMaxWidth = 1U << 20;
constexpr std::uint32_t kMaxLayers = 64;
constexpr std::uint32_t kMaxSequence = 1U << 16;

/// Collects what is not within its limits; NaN never is.
class Checker {
public:
    void require(bool isMet, std::string sentence)
    {
        if (!isMet) m_violations.push_back(std::move(sentence));
    }
    void positive(double value, const char* name) { require(std::isfinite(value) && value > 0, std::string(name) + " must be above 0"); }
    void notNegative(double value, const char* name)
    {
        require(std::isfinite(value) && value >= 0, std::string(name) + " must be 0 or above");
    }
    void fraction(double value, const char* name)
    {
        require(value >= 0 && value < 1, std::string(name) + " must be at least 0 and below 1");
    }
    std::vector<std::string> take() { return std::move(m_violations); }

private:
    std::vector<std::string> m_violations;
};

bool isServerOptimiser(AggregationRule rule)
{
    return rule == AggregationRule::FedAdam || rule == AggregationRule::FedYogi || rule == AggregationRule::FedAdagrad;
}

/// Rules that look at sites one by one, which noise on a sum cannot cover.
bool isRobust(AggregationRule rule) { return rule >= AggregationRule::CoordinateMedian; }

void checkRule(const AggregationPlan& plan, std::size_t sites, Checker& check)
{
    const std::size_t f = plan.byzantineSites;
    if (isServerOptimiser(plan.rule) || plan.rule == AggregationRule::FedAvgM || plan.rule == AggregationRule::Scaffold) {
        check.positive(plan.serverLearningRate, "server learning rate");
    }
    if (plan.rule == AggregationRule::FedAvgM) check.fraction(plan.momentum, "server momentum");
    if (isServerOptimiser(plan.rule)) {
        check.fraction(plan.beta1, "beta 1");
        check.fraction(plan.beta2, "beta 2");
        check.positive(plan.tau, "tau");
    }
    if (plan.rule == AggregationRule::TrimmedMean) {
        check.require(2 * f < sites, "trimming " + std::to_string(f) + " on each side leaves none of " + std::to_string(sites) + " sites");
    }
    if (plan.rule == AggregationRule::Krum || plan.rule == AggregationRule::MultiKrum) {
        check.require(2 * f + 3 <= sites, "Krum against " + std::to_string(f) + " hostile sites needs " + std::to_string(2 * f + 3) +
                                              " sites, the study has " + std::to_string(sites));
    }
    if (plan.rule == AggregationRule::MultiKrum) {
        check.require(plan.selectedSites >= 1 && plan.selectedSites + f <= sites, "Multi-Krum must select 1 to sites - hostile sites");
    }
    if (plan.rule == AggregationRule::GeometricMedian) {
        check.positive(plan.smoothing, "smoothing");
        check.require(plan.iterations >= 1 && plan.iterations <= 1000, "iterations must be 1 to 1000");
    }
    check.notNegative(plan.clipNorm, "clipping norm");
}

void checkPrivacy(const PrivacyPlan& privacy, const AggregationPlan& aggregation, Checker& check)
{
    if (privacy.kind == PrivacyKind::None) return;
    check.positive(privacy.epsilon, "epsilon");
    check.require(privacy.delta > 0 && privacy.delta < 1, "delta must be between 0 and 1");
    check.positive(privacy.noiseMultiplier, "noise multiplier");
    check.positive(privacy.clipNorm, "privacy clipping norm");
    check.require(privacy.samplingRate > 0 && privacy.samplingRate <= 1, "sampling rate must be above 0 and at most 1");
    if (privacy.kind == PrivacyKind::SiteLevel) {
        check.require(!isRobust(aggregation.rule) && aggregation.rule != AggregationRule::Scaffold,
                      std::string("site-level privacy noises a sum of updates; ") + nameOf(aggregation.rule) + " makes no such sum");
    }
    if (!privacy.adaptiveClipping) return;
    check.require(privacy.kind == PrivacyKind::SiteLevel, "adaptive clipping belongs to site-level privacy");
    check.require(privacy.targetQuantile > 0 && privacy.targetQuantile < 1, "target quantile must be between 0 and 1");
    check.positive(privacy.clipLearningRate, "learning rate of the clipping norm");
    check.require(std::isfinite(privacy.countNoise) && privacy.noiseMultiplier < 2 * privacy.countNoise,
                  "noise multiplier must be below twice the noise on the count");
}

/// A run that could not give out one model is no run.
void checkBudget(const TrainingPlan& plan, std::vector<std::string>& out)
{
    if (plan.privacy.kind == PrivacyKind::None) return;
    const auto ledger = privacy::ledgerOf(plan);
    const auto after = ledger ? ledger->spentAfter(privacy::costOfRound(plan)) : Result<double>(tl::unexpected(ledger.error()));
    if (!after) {
        out.push_back("privacy: " + after.error().message);
    } else if (*after > plan.privacy.epsilon) {
        out.emplace_back("the first round would exceed the privacy budget");
    }
}

}  // namespace

const char* nameOf(AggregationRule rule)
{
    static constexpr std::array kNames{"fedavg", "fedavgm", "fedadam", "fedyogi", "fedadagrad", "scaffold", "coordinate-median",
                                       "trimmed-mean", "krum", "multi-krum", "geometric-median"};
    return kNames.at(static_cast<std::size_t>(rule));
}

const char* nameOf(ModelKind kind)
{
    static constexpr std::array kNames{"logistic-regression", "linear-regression", "softmax-regression", "cox-regression",
                                       "multilayer-perceptron", "lstm", "torchscript"};
    return kNames.at(static_cast<std::size_t>(kind));
}

std::vector<std::string> violations(const ModelSpec& model)
{
    Checker check;
    const bool isNetwork = model.kind == ModelKind::MultilayerPerceptron || model.kind == ModelKind::Lstm;
    const bool isScript = model.kind == ModelKind::TorchScript;
    const bool hasOneOutput = model.kind == ModelKind::LogisticRegression || model.kind == ModelKind::LinearRegression ||
                              model.kind == ModelKind::CoxRegression;
    check.require(model.inputs >= 1 && model.inputs <= kMaxWidth, "a model has 1 to 1048576 inputs");
    check.require(model.outputs >= 1 && model.outputs <= kMaxWidth, "a model has 1 to 1048576 outputs");
    if (hasOneOutput) check.require(model.outputs == 1, std::string(nameOf(model.kind)) + " has one output");
    if (model.kind == ModelKind::SoftmaxRegression) check.require(model.outputs >= 2, "softmax regression has two classes or more");
    if (isNetwork) check.require(model.hiddenUnits >= 1 && model.hiddenUnits <= kMaxWidth, "hidden units must be 1 to 1048576");
    if (model.kind == ModelKind::MultilayerPerceptron) {
        check.require(model.hiddenLayers >= 1 && model.hiddenLayers <= kMaxLayers, "hidden layers must be 1 to 64");
    }
    if (model.kind == ModelKind::Lstm) {
        check.require(model.sequenceLength >= 1 && model.sequenceLength <= kMaxSequence, "a sequence has 1 to 65536 steps");
    }
    check.require(isScript != model.scriptDigest.isZero(),
                  isScript ? "a TorchScript model is named by its digest" : "only a TorchScript model has a script");
    return check.take();
}

std::vector<std::string> violations(const TrainingPlan& plan, std::size_t sites)
{
    Checker check;
    check.require(plan.rounds >= 1 && plan.rounds <= 10000, "rounds are " + std::to_string(plan.rounds) + ", want 1 to 10000");
    check.require(plan.localSteps >= 1 && plan.localSteps <= 1000000, "local steps must be 1 to 1000000");
    check.positive(plan.learningRate, "learning rate");
    check.notNegative(plan.proximalMu, "proximal mu");
    check.require(plan.minimumSites >= 1 && plan.minimumSites <= sites,
                  "minimum sites are " + std::to_string(plan.minimumSites) + ", want 1 to " + std::to_string(sites));
    check.require(plan.roundDeadlineSeconds >= 1, "round deadline must be above 0 seconds");
    checkRule(plan.aggregation, sites, check);
    checkPrivacy(plan.privacy, plan.aggregation, check);
    auto out = check.take();
    if (out.empty()) checkBudget(plan, out);
    return out;
}

}  // namespace quorate::study
