// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <grpcpp/support/status.h>

#include "core/base/result.h"

namespace quorate::wire {

/// One table for both directions, so that an Error survives the wire with its kind.
grpc::Status toStatus(const Error& error);
Error toError(const grpc::Status& status);

}  // namespace quorate::wire
