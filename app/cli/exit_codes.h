// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/appraisal.h"

namespace quorate::cli {

/// What a script may rely on.
enum class ExitCode : int {
    Ok = 0,                   ///< Accepted, or done.
    Refused = 1,
    Usage = 2,
    InputUnreadable = 3,
    CollateralUnavailable = 4,  ///< Missing or stale, and nothing else stands against the evidence.
    Internal = 5,
};

inline ExitCode exitCodeFor(const attestation::AppraisalResult& result)
{
    if (result.verdict != attestation::Verdict::Refused) return ExitCode::Ok;
    return result.refusedAs == ErrorKind::Unavailable ? ExitCode::CollateralUnavailable : ExitCode::Refused;
}

/// For an error that kept a command from its work.
inline ExitCode exitCodeFor(const Error& error)
{
    return error.kind == ErrorKind::Internal ? ExitCode::Internal : ExitCode::InputUnreadable;
}

}  // namespace quorate::cli
