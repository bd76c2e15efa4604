// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/eventlog/event_log.h"

namespace quorate::attestation::eventlog {

/// What an event's measured digest says about the data beside it.
enum class Confirmation {
    None,           ///< The digest is of something that the log does not hold, so the description is a hint.
    WholeData,      ///< SHA-384 of the event's data.
    VariableValue,  ///< SHA-384 of a variable's value; its name is a hint.
    Text,           ///< SHA-384 of a boot loader's text; the word in front of it is a hint.
    Contradicted,   ///< The specification makes the digest that of the data, and it is not.
};

const char* nameOf(Confirmation confirmation);  ///< "none", "whole-data", "variable-value", "text", "contradicted".

inline constexpr std::size_t kMaxDescription = 160;

/// At most kMaxDescription printable ASCII characters about what was measured: "variable SecureBoot, 1 byte: 01".
std::string describe(const Event& event);
Confirmation confirm(const Event& event);

}  // namespace quorate::attestation::eventlog
