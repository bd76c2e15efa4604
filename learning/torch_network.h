// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <functional>

#include "core/schema/dataset.h"
#include "learning/model.h"
#include "learning/trainable.h"

/// The only header that shows LibTorch; include it from learning/*.cpp alone.
namespace quorate::learning {

/// One intra-op thread for the whole process: sums then have one order, and tiny models are faster.
void useOneTorchThread();

/// A network as tensors and what they do.
struct TorchNetwork {
    std::vector<torch::Tensor> parameters;  ///< In the manifest's order.
    /// records x columns (or x steps x inputs) to records x outputs, before sigmoid or softmax.
    std::function<torch::Tensor(const torch::Tensor&)> forward;
};

/// A built-in network of such weights.
TorchNetwork makeNetwork(const study::ModelSpec& spec, const ModelWeights& weights);

/// float32, records x columns, or records x steps x inputs for a model of sequences.
torch::Tensor featuresOf(const study::ModelSpec& spec, const schema::RecordSet& records);

/// A network under training, by automatic differentiation.
class TorchModel final : public Trainable<float> {
public:
    /// `records` past checkRecords. The network's parameters move into the model's own array.
    TorchModel(const study::ModelSpec& spec, TorchNetwork network, const schema::RecordSet& records);

    std::span<float> weights() override { return m_weights; }
    std::span<float> meanGradient(std::span<const std::int64_t> rows) override;
    std::span<float> clippedSum(std::span<const std::int64_t> rows, double clipNorm) override;

private:
    [[nodiscard]] torch::Tensor lossOf(const torch::Tensor& rows) const;

    TorchNetwork m_network;
    schema::TargetKind m_target;
    torch::Tensor m_features;
    torch::Tensor m_targets;  ///< float32, or int64 for classes.
    torch::Tensor m_events;
    std::vector<float> m_weights;
    std::vector<float> m_gradient;
    std::vector<float> m_sum;
};

/// Runs `body`, which returns a Result, and turns what LibTorch throws into an Internal error.
template <typename Body>
auto catchTorch(Body body) -> decltype(body())
{
    try {
        return body();
    } catch (const c10::Error& error) {
        return fail(ErrorKind::Internal, std::string("LibTorch: ") + error.what_without_backtrace());
    } catch (const std::exception& error) {
        return fail(ErrorKind::Internal, std::string("LibTorch: ") + error.what());
    }
}

}  // namespace quorate::learning
