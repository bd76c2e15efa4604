// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/eventlog/replay.h"

using namespace quorate;
using namespace quorate::attestation;

/// What parses must replay with short, printable descriptions, and equal itself as a reference.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto log = eventlog::parseEventLog({data, size});
    if (!log) return 0;
    const eventlog::Replay replay = eventlog::replay(*log);
    if (replay.events.size() > eventlog::kMaxEvents || eventlog::compareWithReference(replay, replay)) __builtin_trap();
    for (const eventlog::ReplayedEvent& event : replay.events) {
        if (event.what.size() > eventlog::kMaxDescription) __builtin_trap();
        for (const char c : event.what) {
            if (c < 0x20 || c >= 0x7f) __builtin_trap();
        }
    }
    return 0;
}
