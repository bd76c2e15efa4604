// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/running_mean.h"

#include <algorithm>

namespace quorate::learning {
namespace {

/// Read at a time when an update is taken out again.
constexpr std::size_t kPiece = 1 << 16;

}  // namespace

RunningMean::Share::Share(std::shared_ptr<RunningMean> mean, std::uint64_t generation, std::uint64_t weight)
    : m_mean(std::move(mean)), m_generation(generation), m_weight(weight)
{
}

RunningMean::Share::~Share()
{
    const std::lock_guard lock(m_mean->m_mutex);
    if (m_mean->m_shares.erase(this) != 0) m_mean->m_isSpoiled = true;
}

bool RunningMean::Share::isIn() const
{
    return m_mean->m_isOpen && m_mean->m_generation == m_generation && !m_isWithdrawn;
}

void RunningMean::Share::add(std::span<const float> values)
{
    const std::lock_guard lock(m_mutex);
    if (!isIn()) return;
    if (m_mean->m_fold->add(m_added, values, m_weight)) {
        m_added += values.size();
    } else {
        m_mean->m_isSpoiled = true;
    }
}

Result<void> RunningMean::Share::subtractFrom(const UpdateSource& source)
{
    AlignedVector<float> buffer(std::min<std::uint64_t>(kPiece, m_added));
    for (std::uint64_t first = 0; first < m_added; first += kPiece) {
        const auto piece = std::span(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, m_added - first)));
        TRY(source.read(first, piece));
        TRY(m_mean->m_fold->subtract(first, piece, m_weight));
    }
    return m_mean->m_fold->retire(m_weight);
}

void RunningMean::Share::withdraw(const UpdateSource& source)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!isIn()) return;
        if (!subtractFrom(source)) m_mean->m_isSpoiled = true;
        m_isWithdrawn = true;
    }
    const std::lock_guard lock(m_mean->m_mutex);
    m_mean->m_shares.erase(this);
}

void RunningMean::stop()
{
    m_isOpen = false;
    // Who saw it open may still be adding.
    for (Share* share : m_shares) {
        const std::lock_guard wait(share->m_mutex);
    }
}

Result<void> RunningMean::restart(const FoldLimits& limits)
{
    const std::lock_guard lock(m_mutex);
    stop();
    m_shares.clear();
    ++m_generation;
    m_isSpoiled = false;
    if (m_fold) {
        TRY(m_fold->restart(limits));
    } else {
        TRY_ASSIGN(fold, AverageFold::create(limits));
        m_fold = std::move(fold);
    }
    m_isOpen = true;
    return {};
}

std::unique_ptr<RunningMean::Share> RunningMean::admit(std::uint64_t weight)
{
    const std::lock_guard lock(m_mutex);
    if (!m_isOpen || !m_fold->admit(weight)) return nullptr;
    auto share = std::make_unique<Share>(shared_from_this(), m_generation, weight);
    m_shares.insert(share.get());
    return share;
}

std::shared_ptr<const AverageFold> RunningMean::close(const std::set<const Share*>& wanted, double scale)
{
    const std::lock_guard lock(m_mutex);
    stop();
    const bool isExact = m_fold && !m_isSpoiled && m_fold->scale() == scale &&
                         std::equal(m_shares.begin(), m_shares.end(), wanted.begin(), wanted.end()) &&
                         std::all_of(m_shares.begin(), m_shares.end(), [&](const Share* share) { return share->m_added == m_fold->values(); });
    if (!isExact) return nullptr;
    return {shared_from_this(), &*m_fold};
}

}  // namespace quorate::learning
