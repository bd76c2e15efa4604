// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/random.h"
#include "core/study/training_plan.h"

namespace quorate::learning {

/// What makes a step of local training DP-SGD (Abadi et al. 2016): which records it takes, and the noise on the sum of their
/// clipped gradients. Copies draw from the same generator.
class RecordNoise {
public:
    /// For a record-level plan and a site with so many training records. Malformed for a plan of another kind, out of bounds, or
    /// no records.
    static Result<RecordNoise> make(const study::PrivacyPlan& plan, std::uint64_t records, RandomSource random);

    [[nodiscard]] std::uint64_t records() const { return m_records; }
    [[nodiscard]] double clipNorm() const { return m_plan.clipNorm; }
    /// The step's records: each with the plan's chance, so that there may be none.
    [[nodiscard]] Result<std::vector<std::int64_t>> draw() const;
    /// Turns a sum of gradients, each of L2 norm clipNorm() at most, into the noised mean: the sum goes to a grid of 2^-24 of the
    /// norm, gets a discrete Gaussian of z times the norm, and is divided by q n. Malformed when a value is not finite or too
    /// large for the grid; the span is then of no use.
    template <typename Scalar>
    Result<void> release(std::span<Scalar> sum) const;

private:
    RecordNoise(const study::PrivacyPlan& plan, std::uint64_t records, std::uint64_t deviation, RandomSource random)
        : m_plan(plan), m_records(records), m_deviation(deviation), m_random(std::move(random))
    {
    }

    study::PrivacyPlan m_plan;
    std::uint64_t m_records;
    std::uint64_t m_deviation;  ///< In units of the grid.
    RandomSource m_random;
};

extern template Result<void> RecordNoise::release(std::span<float>) const;
extern template Result<void> RecordNoise::release(std::span<double>) const;

}  // namespace quorate::learning
