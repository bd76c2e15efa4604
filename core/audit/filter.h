// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audit/entry.h"

namespace quorate::audit {

/// Which entries to show. What is empty does not narrow.
struct EntryFilter {
    std::string text;         ///< Anywhere in names, reason, subject, meaning, record or digests; ASCII letters in either case.
    std::string kind;         ///< A kind's name, or its beginning up to a dot: "share.sealed", "share".
    std::string member;       ///< Id in hex, or part of the printed name.
    std::optional<Uuid> study;
    std::optional<UtcMillis> from;   ///< Inclusive.
    std::optional<UtcMillis> until;  ///< Exclusive.
};

bool matches(const EntryFilter& filter, const Entry& entry);

}  // namespace quorate::audit
