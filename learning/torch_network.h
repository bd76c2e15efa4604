// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include "core/schema/dataset.h"
#include "learning/model.h"

/// The only header that shows LibTorch; include it from learning/*.cpp alone.
namespace quorate::learning {

/// One intra-op thread for the whole process: sums then have one order, and tiny models are faster.
void useOneTorchThread();

torch::nn::Linear makeNetwork(const study::ModelSpec& spec);
void loadInto(torch::nn::Linear& network, const ModelWeights& weights);
ModelWeights weightsOf(const torch::nn::Linear& network, const ModelManifest& manifest);

/// float32, records x columns.
torch::Tensor featuresOf(const schema::RecordSet& records);
/// float32, records x 1.
torch::Tensor targetsOf(const schema::RecordSet& records);

/// Fails unless the records are of the model's width and hold at least one record.
Result<void> checkRecords(const study::ModelSpec& spec, const schema::RecordSet& records);

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
