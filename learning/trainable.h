// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace quorate::learning {

/// A model and the records it is trained on, as the loop of training sees them: weights in one array, in the manifest's
/// order, and gradients of the loss. `Scalar` is what the model computes in.
template <typename Scalar>
class Trainable {
public:
    virtual ~Trainable() = default;

    /// The training loop's to change; stays in its place.
    virtual std::span<Scalar> weights() = 0;
    /// Of the mean loss over the records of these indexes. The caller's to change, valid until the next call.
    virtual std::span<Scalar> meanGradient(std::span<const std::int64_t> rows) = 0;
    /// Sum of the records' own gradients, each scaled down to an L2 norm of at most `clipNorm` (Abadi et al. 2016, algorithm
    /// 1, without the noise). Valid as meanGradient's. Not for a loss that is no mean over records (TimeToEvent).
    virtual std::span<Scalar> clippedSum(std::span<const std::int64_t> rows, double clipNorm) = 0;
};

}  // namespace quorate::learning
