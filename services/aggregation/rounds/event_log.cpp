// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/event_log.h"

namespace quorate::services {

Result<void> EventLog::append(study::StudyEvent event)
{
    const std::lock_guard lock(m_mutex);
    event.sequence = m_projection.lastSequence() + 1;
    event.study = m_projection.protocol().id;
    event.at = m_clock();
    if (m_keep) TRY(m_keep(event));
    TRY(m_projection.apply(event));
    m_grown.notify_all();
    return {};
}

std::vector<study::StudyEvent> EventLog::after(std::uint64_t sequence, int timeoutMs) const
{
    std::unique_lock lock(m_mutex);
    m_grown.wait_for(lock, std::chrono::milliseconds(timeoutMs),
                     [&] { return sequence >= m_before && m_before + m_projection.lastSequence() > sequence; });
    const auto& events = m_projection.events();
    if (sequence < m_before || sequence - m_before >= events.size()) return {};
    std::vector<study::StudyEvent> out(events.begin() + static_cast<std::ptrdiff_t>(sequence - m_before), events.end());
    for (auto& event : out) event.sequence += m_before;
    return out;
}

std::uint64_t EventLog::lastSequence() const
{
    const std::lock_guard lock(m_mutex);
    return m_before + m_projection.lastSequence();
}

Result<std::vector<study::StudyEvent>> EventLog::restore(const std::vector<study::StudyEvent>& sealed)
{
    const std::lock_guard lock(m_mutex);
    if (sealed.size() != m_before) {
        return fail(ErrorKind::Untrusted, "the sealed state holds " + std::to_string(sealed.size()) + " events, and this process began behind " +
                                              std::to_string(m_before));
    }
    study::StudyProjection whole(m_projection.protocol());
    for (const auto& event : sealed) TRY(whole.apply(event));
    for (auto event : m_projection.events()) {
        event.sequence += m_before;
        TRY(whole.apply(event));
    }
    m_projection = std::move(whole);
    m_before = 0;
    m_grown.notify_all();
    return m_projection.events();
}

void EventLog::keepWith(Keep keep)
{
    const std::lock_guard lock(m_mutex);
    m_keep = std::move(keep);
}

}  // namespace quorate::services
