// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/store/stored_envelope.h"

#include "enclave_client/wire.h"

namespace quorate::services {

void write(v1::StoredEnvelope& out, const Received& received)
{
    wire::write(*out.mutable_envelope(), received.envelope);
    out.set_received_at_ms(received.at.time_since_epoch().count());
}

Received read(const v1::StoredEnvelope& in)
{
    return {wire::read(in.envelope()), UtcMillis(std::chrono::milliseconds(in.received_at_ms()))};
}

}  // namespace quorate::services
