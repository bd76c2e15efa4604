// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <doctest/doctest.h>

#include "enclave_client/event_stream.h"
#include "tests/services/support/small_consortium.h"

namespace quorate::tests {

/// All events up to the end of the study.
inline std::vector<study::StudyEvent> eventsOf(const MemberSession& session, const Uuid& study)
{
    std::vector<study::StudyEvent> events;
    std::atomic<bool> isOver{false};
    const auto take = [&](study::StudyEvent event) {
        events.push_back(std::move(event));
        if (events.back().kind == study::EventKind::StudyFinished) isOver = true;
    };
    const EventStream stream(session.channel(), study, 0, take, [&](const Error&) { isOver = true; });
    CHECK(eventually([&] { return isOver.load(); }, std::chrono::minutes(1)));
    return events;
}

}  // namespace quorate::tests
