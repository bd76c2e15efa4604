// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/network.h"

#include "learning/linear_model.h"
#include "learning/metrics.h"
#include "learning/model_records.h"
#include "learning/torch_network.h"

namespace quorate::learning {

namespace {

/// Records that go through a network at once: bounds its memory, whatever the number of records.
constexpr std::int64_t kRecordsAtOnce = 1024;

std::vector<double> predictByNetwork(const study::ModelSpec& spec, const ModelWeights& weights, const schema::RecordSet& records)
{
    useOneTorchThread();
    const torch::NoGradGuard noGradient;
    const TorchNetwork network = makeNetwork(spec, weights);
    const torch::Tensor features = featuresOf(spec, records);
    std::vector<double> predictions;
    for (const torch::Tensor& batch : features.split(kRecordsAtOnce)) {
        const torch::Tensor outputs = network.forward(batch).to(torch::kFloat64).contiguous();
        predictions.insert(predictions.end(), outputs.data_ptr<double>(), outputs.data_ptr<double>() + outputs.numel());
    }
    toPredictions(predictions, records.targetKind, spec.outputs);
    return predictions;
}

}  // namespace

Result<std::vector<double>> predict(const study::ModelSpec& spec, const ModelWeights& weights,
                                    const schema::RecordSet& records)
{
    TRY_ASSIGN(manifest, manifestOf(spec));
    TRY(checkAgainst(manifest, weights));
    TRY(checkRecords(spec, records));
    if (isLinear(spec.kind)) return predictLinear(spec, weights, records);
    return catchTorch([&]() -> Result<std::vector<double>> { return predictByNetwork(spec, weights, records); });
}

Result<study::Evaluation> evaluateOn(const study::ModelSpec& spec, const ModelWeights& weights,
                                     const schema::RecordSet& records)
{
    TRY_ASSIGN(predictions, predict(spec, weights, records));
    return evaluate(predictions, records, spec.outputs);
}

}  // namespace quorate::learning
