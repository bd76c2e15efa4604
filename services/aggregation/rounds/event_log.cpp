// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/event_log.h"

namespace quorate::services {

Result<void> EventLog::append(study::StudyEvent event)
{
    const std::lock_guard lock(m_mutex);
    event.sequence = m_projection.lastSequence() + 1;
    event.study = m_projection.protocol().id;
    event.at = m_clock();
    TRY(m_projection.apply(event));
    m_grown.notify_all();
    return {};
}

std::vector<study::StudyEvent> EventLog::after(std::uint64_t sequence, int timeoutMs) const
{
    std::unique_lock lock(m_mutex);
    m_grown.wait_for(lock, std::chrono::milliseconds(timeoutMs), [&] { return m_projection.lastSequence() > sequence; });
    const auto& events = m_projection.events();
    if (sequence >= events.size()) return {};
    return {events.begin() + static_cast<std::ptrdiff_t>(sequence), events.end()};
}

}  // namespace quorate::services
