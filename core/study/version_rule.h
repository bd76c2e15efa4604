// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/bytes.h"

namespace quorate::study {

/// A version of a signed object: rosters, policies, reference values and protocols have one, and it only grows.
struct ObjectVersion {
    std::uint32_t version = 0;
    Digest32 digest;  ///< Of the payload as received.
    bool operator==(const ObjectVersion&) const = default;
};

enum class Succession { Same, Newer };

/// Whether `offered` may follow `known`, the newest that this computer has accepted (trust protocol, section 1); nothing
/// known accepts any version from 1 on. `what` names the object in the error. PolicyRefused for a lower version, Untrusted
/// for other bytes under the same one, Malformed for version 0.
Result<Succession> checkSuccession(const char* what, const std::optional<ObjectVersion>& known, const ObjectVersion& offered);

}  // namespace quorate::study
