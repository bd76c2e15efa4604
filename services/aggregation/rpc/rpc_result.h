// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "enclave_client/status_map.h"

namespace quorate::services {

template <typename T>
grpc::Status statusOf(const Result<T>& result)
{
    return result ? grpc::Status::OK : wire::toStatus(result.error());
}

}  // namespace quorate::services
