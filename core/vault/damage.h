// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace quorate::vault {

/// What is wrong with a vault that opens under its passphrase, and where. Facts only: ui/text makes the sentence.
struct Damage {
    enum class Kind {
        Edited,        ///< The row or entry is not what the log vouches for.
        Missing,       ///< The row or entry that the log vouches for is not there.
        Extra,         ///< A row that no entry wrote.
        Moved,         ///< It stands at another place than the one it was written to.
        Unreadable,    ///< The bytes are no entry.
        HeadMismatch,  ///< The entries do not lead to the root that was kept or signed.
        BadCheckpoint, ///< A kept checkpoint is none, of another log, not as it was kept, or gone.
        Gap,           ///< A newer checkpoint was cosigned: entries are missing at the end; the vault is an old copy.
        Fork,          ///< A cosigned checkpoint has another root: this is not the log that was shown to others.
    };
    std::string table;                       ///< "log" for the log itself, "witness" for the file beside the vault.
    std::string key;                         ///< Names the row; empty for the log itself.
    std::optional<std::uint64_t> entryIndex; ///< The entry concerned, or the first that may be; none for an extra row.
    std::optional<std::uint64_t> lastIndex;  ///< Where more than one may be: the last.
    Kind kind = Kind::Edited;
    bool operator==(const Damage&) const = default;
};

const char* nameOf(Damage::Kind kind);  ///< "edited", "missing", ...
/// "events AABB/7: edited, entry 12": for messages and the command line.
std::string toText(const Damage& damage);

}  // namespace quorate::vault
