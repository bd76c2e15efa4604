// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/clock.h"

namespace quorate::study {

enum class Decision { Approve, Refuse };

/// A site reviewer's signed answer to one exact protocol.
struct Participation {
    Uuid study;
    Digest32 protocolDigest;
    Uuid site;
    Uuid reviewer;
    Decision decision = Decision::Refuse;
    std::vector<std::string> conditions;
    std::string reason;
    UtcSeconds signedAt;
    UtcSeconds expires;
    bool operator==(const Participation&) const = default;
};

Bytes encode(const Participation& participation);
Result<Participation> decodeParticipation(BytesView payload);

}  // namespace quorate::study
