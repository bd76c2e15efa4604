// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "core/study/events.h"

namespace quorate {

class AttestedChannel;

/// Follows a study's events on a thread of its own: from the cursor on, then live. Ends with the first error; the owner
/// starts another one at its new cursor. Destroying it cancels the stream and joins the thread.
class EventStream {
public:
    using OnEvent = std::function<void(study::StudyEvent)>;  ///< On the stream's thread.
    using OnEnd = std::function<void(Error)>;                ///< On the stream's thread; not called after destruction began.

    EventStream(const AttestedChannel& channel, const Uuid& study, std::uint64_t afterSequence, OnEvent onEvent, OnEnd onEnd);
    ~EventStream();
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace quorate
