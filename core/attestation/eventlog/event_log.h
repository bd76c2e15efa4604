// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/base/bytes.h"

namespace quorate::attestation::eventlog {

inline constexpr std::size_t kMaxEvents = 4096;
inline constexpr std::uint32_t kNoAction = 0x3;
inline constexpr std::uint32_t kSeparator = 0x4;
inline constexpr std::uint32_t kEventTag = 0x6;
inline constexpr std::uint32_t kIpl = 0xd;
inline constexpr std::uint32_t kVariableDriverConfig = 0x80000001;
inline constexpr std::uint32_t kVariableBoot = 0x80000002;
inline constexpr std::uint32_t kBootServicesApplication = 0x80000003;
inline constexpr std::uint32_t kBootServicesDriver = 0x80000004;
inline constexpr std::uint32_t kRuntimeServicesDriver = 0x80000005;
inline constexpr std::uint32_t kGptEvent = 0x80000006;
inline constexpr std::uint32_t kEfiAction = 0x80000007;
inline constexpr std::uint32_t kFirmwareBlob = 0x80000008;
inline constexpr std::uint32_t kFirmwareBlob2 = 0x8000000a;
inline constexpr std::uint32_t kHandoffTables2 = 0x8000000b;
inline constexpr std::uint32_t kVariableBoot2 = 0x8000000c;
inline constexpr std::uint32_t kVariableAuthority = 0x800000e0;
inline constexpr std::uint16_t kAlgorithmSha384 = 0x000c;

/// "EV_SEPARATOR"; "event type 0x00000099" for one that the specification does not name.
std::string nameOfType(std::uint32_t type);

/// One TCG_PCR_EVENT2 as it stands in the log. `data` points into the bytes that were parsed.
struct Event {
    std::size_t offset = 0;
    std::uint32_t registerIndex = 0;  ///< Measurement register of the CCEL: 0 is MRTD, i + 1 is RTMR i.
    std::uint32_t type = 0;
    Digest48 digest;                  ///< SHA-384; what was extended.
    BytesView data;                   ///< A hint about what was measured.
};

/// The events behind the Spec ID event, in order.
struct EventLog {
    std::vector<Event> events;
    std::size_t paddingBytes = 0;
};

/// A CCEL (UEFI 2.10 section 38.4): a crypto-agile TCG log (TCG PC Client Platform Firmware Profile section 10) with SHA-384
/// digests, at most kMaxEvents events, then nothing, or one byte value 0x00 or 0xff to the end. Malformed on any other
/// content, on an event that extends MRTD or a register that is none, and on sizes beyond the log.
Result<EventLog> parseEventLog(BytesView bytes);

}  // namespace quorate::attestation::eventlog
