// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include "core/study/projection.h"

namespace quorate::services {

/// A study's events at the service, numbered without gaps, and the state that follows from them. Those of an earlier process
/// are sealed until the key is out again; until then new ones are numbered behind them. Thread-safe.
class EventLog {
public:
    /// `before`: how many events earlier processes gave out.
    EventLog(study::StudyProtocol protocol, Clock clock, std::uint64_t before = 0)
        : m_clock(std::move(clock)), m_before(before), m_projection(std::move(protocol))
    {
    }

    /// Gives the event its number, study and time. What keeps it must have kept it first.
    Result<void> append(study::StudyEvent event);
    /// Events after the cursor; waits up to `timeoutMs` for one if there is none yet.
    std::vector<study::StudyEvent> after(std::uint64_t sequence, int timeoutMs) const;
    [[nodiscard]] std::uint64_t lastSequence() const;

    /// Puts the sealed events in front, and from now on has `keep` keep each new one. All events, in order. Untrusted when there
    /// are not as many as were counted at the start.
    using Keep = std::function<Result<void>(const study::StudyEvent&)>;
    Result<std::vector<study::StudyEvent>> restore(const std::vector<study::StudyEvent>& sealed);
    void keepWith(Keep keep);

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
    std::uint64_t m_before;  ///< Events that the projection does not hold.
    study::StudyProjection m_projection;
    Keep m_keep;
};

}  // namespace quorate::services
