// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include "core/study/projection.h"

namespace quorate::services {

/// A study's events at the service, numbered without gaps, and the state that follows from them. Thread-safe.
class EventLog {
public:
    EventLog(study::StudyProtocol protocol, Clock clock) : m_clock(std::move(clock)), m_projection(std::move(protocol)) {}

    /// Gives the event its number, study and time.
    Result<void> append(study::StudyEvent event);
    /// Events after the cursor; waits up to `timeoutMs` for one if there is none yet.
    std::vector<study::StudyEvent> after(std::uint64_t sequence, int timeoutMs) const;
    /// Reads the projection under the lock.
    template <typename Read>
    auto read(Read&& reader) const
    {
        const std::lock_guard lock(m_mutex);
        return reader(m_projection);
    }

private:
    Clock m_clock;
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_grown;
    study::StudyProjection m_projection;
};

}  // namespace quorate::services
