// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/crypto/dsse.h"

namespace quorate::v1 {
class StoredEnvelope;
}

namespace quorate::services {

/// A signed object and when this service received it.
struct Received {
    dsse::Envelope envelope;
    UtcMillis at;
};

void write(v1::StoredEnvelope& out, const Received& received);
Received read(const v1::StoredEnvelope& in);

}  // namespace quorate::services
