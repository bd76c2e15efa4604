// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/record_privacy.h"

#include <cmath>

#include "core/privacy/discrete_gaussian.h"
#include "core/privacy/mechanism.h"
#include "core/privacy/site_level.h"

namespace quorate::learning {

namespace {

/// Units of the grid per clipping norm.
constexpr double kUnits = 0x1p24;
/// For what rounding does to the sensitivity: of a float32 sum of some thousand gradients, and to the grid.
constexpr double kMargin = 1 + 0x1p-10;
/// Largest sum in clipping norms; far from what would leave 64 bits.
constexpr double kLargestSum = 0x1p32;

}  // namespace

Result<RecordNoise> RecordNoise::make(const study::PrivacyPlan& plan, std::uint64_t records, RandomSource random)
{
    if (plan.kind != study::PrivacyKind::RecordLevel) return fail(ErrorKind::Malformed, "the plan does not protect records");
    if (records == 0) return fail(ErrorKind::Malformed, "there are no records to draw from");
    TRY(privacy::check(privacy::SampledGaussian{plan.samplingRate, plan.noiseMultiplier, 1}));
    if (!(plan.samplingRate > 0)) return fail(ErrorKind::Malformed, "no record would ever be drawn");
    if (!(plan.clipNorm > 0) || !std::isfinite(plan.clipNorm)) return fail(ErrorKind::Malformed, "clipping norm is not above 0");
    TRY_ASSIGN(deviation, privacy::noiseOnGrid(plan.noiseMultiplier * kMargin, 1, kUnits));
    return RecordNoise(plan, records, deviation, std::move(random));
}

Result<std::vector<std::int64_t>> RecordNoise::draw() const
{
    TRY_ASSIGN(taken, privacy::sampleMembers(m_records, m_plan.samplingRate, m_random));
    std::vector<std::int64_t> rows;
    for (std::size_t row = 0; row < taken.size(); ++row) {
        if (taken[row]) rows.push_back(static_cast<std::int64_t>(row));
    }
    return rows;
}

template <typename Scalar>
Result<void> RecordNoise::release(std::span<Scalar> sum) const
{
    const double unit = m_plan.clipNorm / kUnits;
    std::vector<std::int64_t> totals;
    totals.reserve(sum.size());
    for (const Scalar value : sum) {
        const double norms = static_cast<double>(value) / m_plan.clipNorm;
        if (!(std::abs(norms) <= kLargestSum)) return fail(ErrorKind::Malformed, "a gradient is not finite or too large");
        totals.push_back(static_cast<std::int64_t>(norms * kUnits));
    }
    TRY(privacy::addDiscreteGaussian(totals, m_deviation, m_random));
    const double scale = unit / (m_plan.samplingRate * static_cast<double>(m_records));
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = static_cast<Scalar>(static_cast<double>(totals[i]) * scale);
    return {};
}

template Result<void> RecordNoise::release(std::span<float>) const;
template Result<void> RecordNoise::release(std::span<double>) const;

}  // namespace quorate::learning
