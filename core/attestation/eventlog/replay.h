// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/attestation/eventlog/event_content.h"

namespace quorate::attestation::eventlog {

inline constexpr std::size_t kRegisters = 4;

/// One event of a log, with what it did. Owns its text.
struct ReplayedEvent {
    std::size_t number = 0;  ///< From 1; the Spec ID event is 0 and not listed.
    std::optional<std::size_t> rtmr;  ///< The register it extended; none for EV_NO_ACTION.
    std::string type;                 ///< "EV_SEPARATOR"
    Digest48 digest;
    Confirmation confirmation = Confirmation::None;
    std::string what;                 ///< describe(): a hint unless `confirmation` says otherwise.
    bool operator==(const ReplayedEvent&) const = default;
};

/// A log replayed from registers of zeros: RTMR = SHA-384(RTMR ‖ digest), EV_NO_ACTION skipped.
struct Replay {
    std::vector<ReplayedEvent> events;
    std::array<Digest48, kRegisters> registers;       ///< What the log leads to.
    std::array<std::size_t, kRegisters> extensions{};  ///< How often each was extended.
    bool operator==(const Replay&) const = default;
};

Replay replay(const EventLog& log);

/// Where a log first leaves a reference log in one register.
struct Divergence {
    std::size_t rtmr = 0;
    std::size_t number = 0;           ///< ReplayedEvent::number in the log; 0 when the log ends before the reference does.
    std::optional<Digest48> found;    ///< Absent: the log has no further event for the register.
    std::optional<Digest48> wanted;   ///< Absent: the reference has none.
    std::string foundWhat;
    std::string wantedWhat;
    bool operator==(const Divergence&) const = default;
};

/// Digests of each register, in order; the earliest in the log of the registers' first divergences. Data and descriptions are
/// not compared: the digests are what was measured.
std::optional<Divergence> compareWithReference(const Replay& log, const Replay& reference);

/// "event 12 extends RTMR1 with <hex> (what), want <hex> (what)".
std::string toText(const Divergence& divergence);

}  // namespace quorate::attestation::eventlog
