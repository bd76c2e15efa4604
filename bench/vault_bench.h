// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

namespace quorate::bench {

/// What verifying a log of 1,000,000 entries costs. Processor time; memory in KiB.
struct VerifyOutcome {
    double megabytes = 0;
    double sha256Seconds = 0;      ///< Of all leaves as one message.
    double sha256EachSeconds = 0;  ///< Of each leaf.
    double verifySeconds = 0;
    double exportSeconds = 0;      ///< Verifying an export: text, every entry decoded, a signature every 10,000.
    long peakFewKiB = 0;           ///< After an export of 10,000 entries,
    long peakManyKiB = 0;          ///< and after one of 1,000,000.
};
/// To be run first, before anything large was held: memory only grows.
Result<VerifyOutcome> measureVerify();

/// What a durable audited event costs, and opening a vault of 100,000.
struct AppendOutcome {
    double appendUs = 0;          ///< One of 10,000, each durable when it returns.
    double plainUs = 0;           ///< The same rows into SQLite without a key, on the same folder.
    double sha256Us = 0;          ///< Hashing an event's bytes.
    double open100kSeconds = 0;   ///< Processor time beyond the passphrase.
    double open100kWallSeconds = 0;
};
Result<AppendOutcome> measureAppend();

}  // namespace quorate::bench
