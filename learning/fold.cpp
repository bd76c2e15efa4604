// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/fold.h"

#include <algorithm>
#include <cmath>

namespace quorate::learning {

namespace {

/// Values under one lock: large enough that locking costs nothing, small enough that two uploads seldom meet.
constexpr std::size_t kStripe = 1 << 16;

Result<void> checkChange(std::span<const float> values, std::span<const float> base, double factor)
{
    if (values.size() != base.size()) return fail(ErrorKind::Malformed, "update and base differ in size");
    if (!(factor >= 0 && factor <= 1)) return fail(ErrorKind::Malformed, "a clipping factor is not from 0 to 1");
    return {};
}

}  // namespace

Result<AverageFold> AverageFold::create(const FoldLimits& limits)
{
    AverageFold fold;
    TRY(fold.restart(limits));
    return fold;
}

Result<void> AverageFold::restart(const FoldLimits& limits)
{
    TRY_ASSIGN(grid, FixedPointGrid::make(limits.largestValue, limits.largestTotalWeight));
    if (limits.values == 0) return fail(ErrorKind::Malformed, "there are no values to fold");
    m_grid = grid;
    m_largestTotalWeight = limits.largestTotalWeight;
    m_totalWeight = 0;
    if (limits.values != m_totals.size() || !m_mutexes) {
        m_mutexes = std::make_unique<std::mutex[]>(1 + (limits.values + kStripe - 1) / kStripe);
    }
    m_totals.assign(static_cast<std::size_t>(limits.values), 0);
    return {};
}

Result<void> AverageFold::admit(std::uint64_t weight)
{
    if (weight == 0) return fail(ErrorKind::Malformed, "an update's weight is 0");
    const std::lock_guard lock(m_mutexes[0]);
    if (weight > m_largestTotalWeight - m_totalWeight) {
        return fail(ErrorKind::PolicyRefused, "weights add up to more than " + std::to_string(m_largestTotalWeight));
    }
    m_totalWeight += weight;
    return {};
}

Result<void> AverageFold::retire(std::uint64_t weight)
{
    const std::lock_guard lock(m_mutexes[0]);
    if (weight == 0 || weight > m_totalWeight) return fail(ErrorKind::Malformed, "an update of this weight is not in the mean");
    m_totalWeight -= weight;
    return {};
}

std::uint64_t AverageFold::totalWeight() const
{
    const std::lock_guard lock(m_mutexes[0]);
    return m_totalWeight;
}

Result<void> AverageFold::checkPlace(std::uint64_t firstValue, std::size_t count) const
{
    if (firstValue > m_totals.size() || count > m_totals.size() - firstValue) {
        return fail(ErrorKind::Malformed, std::to_string(count) + " values from value " + std::to_string(firstValue) +
                                              " are beyond the model's " + std::to_string(m_totals.size()));
    }
    return {};
}

bool AverageFold::applyRange(std::uint64_t firstValue, std::span<const float> values, std::span<const float> base, double multiplier)
{
    bool isGood = true;
    while (!values.empty()) {
        const std::size_t stripe = static_cast<std::size_t>(firstValue / kStripe);
        const std::size_t size = std::min<std::size_t>(values.size(), kStripe - static_cast<std::size_t>(firstValue % kStripe));
        {
            const std::lock_guard lock(m_mutexes[1 + stripe]);
            std::int64_t* totals = m_totals.data() + firstValue;
            const auto piece = values.first(size);
            isGood &= base.empty() ? accumulate(totals, piece, multiplier, m_grid.largestValue)
                                   : accumulateChange(totals, piece, base.data(), multiplier, m_grid.largestValue);
        }
        values = values.subspan(size);
        if (!base.empty()) base = base.subspan(size);
        firstValue += size;
    }
    return isGood;
}

Result<void> AverageFold::apply(std::uint64_t firstValue, std::span<const float> values, std::span<const float> base, double multiplier)
{
    TRY(checkPlace(firstValue, values.size()));
    if (applyRange(firstValue, values, base, multiplier)) return {};
    applyRange(firstValue, values, base, -multiplier);
    std::size_t bad = 0;
    const auto isGood = [&](std::size_t i) {
        const double from = base.empty() ? 0 : static_cast<double>(base[i]);
        return std::abs(static_cast<double>(values[i]) - from) <= m_grid.largestValue;
    };
    while (bad + 1 < values.size() && isGood(bad)) ++bad;
    return fail(ErrorKind::Malformed, "value " + std::to_string(firstValue + bad) + " is not finite or larger than allowed");
}

Result<void> AverageFold::add(std::uint64_t firstValue, std::span<const float> values, std::uint64_t weight)
{
    return apply(firstValue, values, {}, static_cast<double>(weight) * m_grid.scale);
}

Result<void> AverageFold::subtract(std::uint64_t firstValue, std::span<const float> values, std::uint64_t weight)
{
    return apply(firstValue, values, {}, -(static_cast<double>(weight) * m_grid.scale));
}

Result<void> AverageFold::addChange(std::uint64_t firstValue, std::span<const float> values, std::span<const float> base,
                                    std::uint64_t weight, double factor)
{
    TRY(checkChange(values, base, factor));
    return apply(firstValue, values, base, factor * (static_cast<double>(weight) * m_grid.scale));
}

Result<void> AverageFold::subtractChange(std::uint64_t firstValue, std::span<const float> values, std::span<const float> base,
                                         std::uint64_t weight, double factor)
{
    TRY(checkChange(values, base, factor));
    return apply(firstValue, values, base, -(factor * (static_cast<double>(weight) * m_grid.scale)));
}

Result<void> AverageFold::finish(std::uint64_t firstValue, std::span<float> out) const
{
    TRY(checkPlace(firstValue, out.size()));
    const std::uint64_t weight = totalWeight();
    if (weight == 0) return fail(ErrorKind::Malformed, "there is no update to aggregate");
    divide(m_totals.data() + firstValue, static_cast<double>(weight) * m_grid.scale, out);
    return {};
}

}  // namespace quorate::learning
