// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/study/training_plan.h"

namespace quorate::learning {

/// What a rule carries from round to round beside the model; belongs in the checkpoint. What a rule has no use for is empty.
struct ServerState {
    std::uint64_t rounds = 0;            ///< Aggregated so far.
    std::vector<float> momentum;         ///< FedAvgM's v; m of FedAdam, FedYogi and FedAdagrad. One per value.
    std::vector<float> secondMoment;     ///< Their v.
    std::vector<float> control;          ///< SCAFFOLD's c.
    bool operator==(const ServerState&) const = default;
};

/// All zero, for a model of so many values.
ServerState initialState(study::AggregationRule rule, std::uint64_t values);

/// Has what this rule carries, for a model of so many values, and nothing else.
bool isStateOf(const ServerState& state, study::AggregationRule rule, std::uint64_t values);

/// "QSS1" ‖ u64 rounds ‖ for momentum, secondMoment, control: u64 count ‖ that many float32; integers big-endian, values little-endian.
Bytes encodeServerState(const ServerState& state);
/// Malformed unless the bytes are exactly a state of this rule for a model of so many values, all finite.
Result<ServerState> decodeServerState(BytesView bytes, study::AggregationRule rule, std::uint64_t values);

}  // namespace quorate::learning
