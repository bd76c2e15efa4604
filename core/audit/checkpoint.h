// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audit/signed_note.h"

namespace quorate::audit {

/// The head of a log at one size (c2sp.org/tlog-checkpoint). Extension lines are refused: nobody could audit them.
struct Checkpoint {
    std::string origin;      ///< Which log: `originOf` its id.
    std::uint64_t size = 0;
    Digest32 root;
    bool operator==(const Checkpoint&) const = default;
};

/// A checkpoint as it came, with the note that it was read from.
struct SignedCheckpoint {
    Checkpoint head;
    SignedNote note;
    bool operator==(const SignedCheckpoint&) const = default;
};

/// "quorate/log/" + id in hex. A log's id is random and made with its vault.
std::string originOf(const Uuid& log);
/// Names on cosigners' lines: "quorate/member/" + id in hex, "quorate/service".
std::string cosignerName(const Uuid& member);
inline constexpr const char* kServiceCosigner = "quorate/service";

/// The note's text.
std::string toText(const Checkpoint& checkpoint);
/// Malformed for anything but origin, size without leading zeros, and a root of 32 bytes, one a line.
Result<Checkpoint> parseCheckpointText(std::string_view text);
Result<SignedCheckpoint> parseCheckpoint(std::string_view note);
inline std::string toText(const SignedCheckpoint& checkpoint) { return toText(checkpoint.note); }

/// Signed by the log's owner: `key` under the origin as its name.
Result<SignedCheckpoint> signCheckpoint(const Checkpoint& head, const PublicKey& key, const NoteSign& sign);
/// Untrusted unless `key` signed it as the log's.
Result<void> verifyCheckpoint(const SignedCheckpoint& checkpoint, const PublicKey& key);

}  // namespace quorate::audit
