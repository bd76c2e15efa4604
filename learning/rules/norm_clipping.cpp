// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/rules/norm_clipping.h"

#include <algorithm>
#include <cmath>

#include "learning/vectorised.h"

namespace quorate::learning {

namespace {

constexpr std::size_t kLanes = 8;

QUORATE_WIDE_VECTORS double squaredDistance(const float* a, const float* b, std::size_t count)
{
    double lanes[kLanes] = {};
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const double difference = static_cast<double>(a[i + lane]) - static_cast<double>(b[i + lane]);
            lanes[lane] += difference * difference;
        }
    }
    for (; i < count; ++i) {
        const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
        lanes[i % kLanes] += difference * difference;
    }
    for (std::size_t lane = 0; lane < 4; ++lane) lanes[lane] += lanes[lane + 4];
    return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

}  // namespace

Result<double> changeNorm(const UpdateSource& update, const UpdateSource& base, std::uint64_t values, unsigned workers)
{
    std::vector<RowReader> readers(workers, RowReader({&update, &base}, kBlockValues));
    std::vector<double> sums(slotsFor(workers));
    double total = 0;
    TRY(walkBlocks(values, kBlockValues, workers, [&](const Block& block) -> Result<void> {
        TRY_ASSIGN(rows, readers[block.worker].rows(block.first, block.count));
        sums[block.slot] = squaredDistance(rows[0], rows[1], block.count);
        return {};
    }, [&](const Block& block) -> Result<void> {
        total += sums[block.slot];
        return {};
    }));
    if (!std::isfinite(total)) return fail(ErrorKind::Malformed, "the norm of an update's change is not finite");
    return std::sqrt(total);
}

double clipFactor(double norm, double clipNorm) { return norm <= clipNorm ? 1.0 : clipNorm / norm; }

ClippedSource::ClippedSource(const UpdateSource& update, const UpdateSource& base, std::uint64_t values, double factor)
    : m_update(update), m_base(base), m_values(values), m_factor(factor)
{
}

Result<void> ClippedSource::read(std::uint64_t firstValue, std::span<float> out) const
{
    TRY(m_update.read(firstValue, out));
    if (firstValue >= m_values) return {};
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), m_values - firstValue));
    RowReader reader({&m_base}, count);
    TRY_ASSIGN(rows, reader.rows(firstValue, count));
    const float* base = rows[0];
    for (std::size_t i = 0; i < count; ++i) {
        const double from = static_cast<double>(base[i]);
        out[i] = static_cast<float>(from + m_factor * (static_cast<double>(out[i]) - from));
    }
    return {};
}

}  // namespace quorate::learning
