// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/study/invitation.h"

namespace quorate {

/// Leaves the request at the address that the invitation names; the answer, once it was given. Blocking, at most 15 seconds.
/// The service is not appraised: who is no member yet has nothing to appraise it by. What is sent is no secret but for the
/// person's name, and what comes back is judged by the root's signature (study::readJoinAnswer). Unavailable when nobody
/// answers there, PolicyRefused when the service knows no such invitation.
Result<std::optional<dsse::Envelope>> askToJoin(const std::string& address, const study::Invitation& invitation, const dsse::Envelope& request);

}  // namespace quorate
