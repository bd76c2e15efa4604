// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/training_loop.h"

#include <chrono>
#include <cmath>

#include "learning/batch_order.h"
#include "learning/record_privacy.h"

namespace quorate::learning {

namespace {

/// Plain gradient descent, or Adam (Kingma and Ba 2015, algorithm 1) with its usual constants.
template <typename Scalar>
class Optimiser {
public:
    Optimiser(const LocalTraining& training, std::size_t size) : m_rate(training.learningRate)
    {
        if (training.optimiser != study::Optimiser::Adam) return;
        m_mean.resize(size);
        m_square.resize(size);
    }

    void step(std::span<const Scalar> gradient, std::span<Scalar> weights)
    {
        if (!m_mean.empty()) return adamStep(gradient, weights);
        const auto rate = static_cast<Scalar>(m_rate);
        for (std::size_t i = 0; i < weights.size(); ++i) weights[i] -= rate * gradient[i];
    }

private:
    void adamStep(std::span<const Scalar> gradient, std::span<Scalar> weights)
    {
        constexpr double kBeta1 = 0.9;
        constexpr double kBeta2 = 0.999;
        constexpr auto kEpsilon = static_cast<Scalar>(1e-8);
        ++m_steps;
        const auto rate = static_cast<Scalar>(m_rate / (1 - std::pow(kBeta1, m_steps)));
        const auto root = static_cast<Scalar>(1 / std::sqrt(1 - std::pow(kBeta2, m_steps)));
        for (std::size_t i = 0; i < weights.size(); ++i) {
            m_mean[i] += static_cast<Scalar>(1 - kBeta1) * (gradient[i] - m_mean[i]);
            m_square[i] += static_cast<Scalar>(1 - kBeta2) * (gradient[i] * gradient[i] - m_square[i]);
            weights[i] -= rate * m_mean[i] / (std::sqrt(m_square[i]) * root + kEpsilon);
        }
    }

    double m_rate;
    double m_steps = 0;
    std::vector<Scalar> m_mean;
    std::vector<Scalar> m_square;
};

/// c - c_i, or nothing.
template <typename Scalar>
std::vector<Scalar> correctionOf(const LocalTraining& training)
{
    std::vector<Scalar> correction;
    if (training.controls == nullptr) return correction;
    const auto& [service, site] = *training.controls;
    for (std::size_t i = 0; i < service.values.size(); ++i) {
        correction.push_back(static_cast<Scalar>(service.values[i]) - static_cast<Scalar>(site.values[i]));
    }
    return correction;
}

/// Of the step's batch, or the noised one of the records that the noise draws.
template <typename Scalar>
Result<std::span<Scalar>> nextGradient(Trainable<Scalar>& model, BatchOrder& order, const RecordNoise* noise)
{
    if (noise == nullptr) return model.meanGradient(order.next());
    TRY_ASSIGN(rows, noise->draw());
    const std::span<Scalar> sum = model.clippedSum(rows, noise->clipNorm());
    TRY(noise->release(sum));
    return sum;
}

/// The number of steps done.
template <typename Scalar>
Result<std::uint64_t> runSteps(Trainable<Scalar>& model, std::size_t records, const LocalTraining& training, const TrainingWatch& watch)
{
    const std::span<Scalar> weights = model.weights();
    const std::vector<Scalar> start(weights.begin(), weights.end());
    const std::vector<Scalar> correction = correctionOf<Scalar>(training);
    const auto mu = static_cast<Scalar>(training.proximalMu);
    Optimiser<Scalar> optimiser(training, weights.size());
    BatchOrder order(records, training.batchSize, training.orderSeed);
    const auto begun = std::chrono::steady_clock::now();
    for (std::uint64_t step = 0; step < training.steps; ++step) {
        if (watch.isCancelled && watch.isCancelled()) return fail(ErrorKind::Cancelled, "training was cancelled");
        if (step > 0 && training.timeLimit && std::chrono::steady_clock::now() - begun >= *training.timeLimit) return step;
        TRY_ASSIGN(gradient, nextGradient(model, order, training.noise));
        if (mu > 0) {
            for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += mu * (weights[i] - start[i]);
        }
        for (std::size_t i = 0; i < correction.size(); ++i) gradient[i] += correction[i];
        optimiser.step(gradient, weights);
        if (watch.onStep) watch.onStep(step + 1);
    }
    return training.steps;
}

ModelWeights nextControl(const ControlVariates& controls, const ModelWeights& start, const ModelWeights& trained, double steps, double rate)
{
    ModelWeights next = controls.site;
    for (std::size_t i = 0; i < next.values.size(); ++i) {
        const double moved = (static_cast<double>(start.values[i]) - static_cast<double>(trained.values[i])) / (steps * rate);
        next.values[i] = static_cast<float>(static_cast<double>(controls.site.values[i]) - static_cast<double>(controls.service.values[i]) + moved);
    }
    return next;
}

}  // namespace

Result<void> checkTraining(const ModelManifest& manifest, const LocalTraining& training)
{
    const double rate = training.learningRate;
    if (!(rate > 0) || rate > 1e6) return fail(ErrorKind::Malformed, "learning rate is not above 0 and at most 1e6");
    if (!(training.proximalMu >= 0) || training.proximalMu > 1e6) return fail(ErrorKind::Malformed, "proximal mu is not 0 to 1e6");
    if (training.controls == nullptr) return {};
    if (training.optimiser != study::Optimiser::Sgd) return fail(ErrorKind::Malformed, "control variates want plain gradient descent");
    if (auto checked = checkAgainst(manifest, training.controls->service); !checked) return failAt("service's control", checked.error());
    if (auto checked = checkAgainst(manifest, training.controls->site); !checked) return failAt("site's control", checked.error());
    return {};
}

template <typename Scalar>
Result<TrainedModel> runTraining(Trainable<Scalar>& model, const ModelWeights& start, std::size_t records, const LocalTraining& training,
                                 const TrainingWatch& watch)
{
    const auto begin = std::chrono::steady_clock::now();
    TRY_ASSIGN(steps, runSteps(model, records, training, watch));
    TrainedModel result;
    result.weights.tensors = start.tensors;
    for (const Scalar value : model.weights()) result.weights.values.push_back(static_cast<float>(value));
    if (auto checked = checkAgainst(start.tensors, result.weights); !checked) return failAt("trained model", checked.error());
    result.steps = steps;
    result.updateNorm = distance(result.weights, start);
    if (training.controls != nullptr && steps > 0) {
        result.control = nextControl(*training.controls, start, result.weights, static_cast<double>(steps), training.learningRate);
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

template Result<TrainedModel> runTraining(Trainable<float>&, const ModelWeights&, std::size_t, const LocalTraining&, const TrainingWatch&);
template Result<TrainedModel> runTraining(Trainable<double>&, const ModelWeights&, std::size_t, const LocalTraining&, const TrainingWatch&);

}  // namespace quorate::learning
