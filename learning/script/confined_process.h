// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

#include "core/base/bytes.h"
#include "learning/script/confinement.h"

namespace quorate::learning {

struct ConfinedCall {
    std::filesystem::path program;         ///< Confines itself with the limits, its two arguments, before it reads anything.
    ConfinementLimits limits;
    std::chrono::milliseconds deadline{600'000};   ///< Of the whole call, by the wall clock.
    std::size_t largestReply = 0;          ///< Bytes; a longer reply is refused.
    std::function<bool()> isCancelled;     ///< Asked ten times a second; may be empty.
};

/// Starts the program with an empty environment and one connection as its descriptor 0, sends the request and returns the
/// reply (each as u64le length, then so many bytes), and ends the process. PolicyRefused, with the reason, when the process
/// died or did not answer in time; Cancelled when asked to. Unavailable when it cannot be started, or on a system without
/// confinement.
Result<Bytes> callConfined(const ConfinedCall& call, BytesView request);

/// A program of this name in the folder of the one that runs. Unavailable on a system without confinement.
Result<std::filesystem::path> programBeside(const std::string& name);

/// The program's side: what callConfined() sends, and its answer.
Result<Bytes> receiveRequest();
Result<void> sendReply(BytesView reply);

}  // namespace quorate::learning
