// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "enclave_client/round_client.h"

namespace grpc {
class Channel;
}

namespace quorate {

/// What became of one attempt: the update was taken, or there was no place for it yet.
struct UploadOutcome {
    std::chrono::milliseconds retryAfter{0};  ///< 0: taken.
};

/// One attempt at an upload over a channel that the caller trusts; RoundClient::submitUpdate says the rest.
Result<UploadOutcome> sendUpdate(const std::shared_ptr<grpc::Channel>& channel, const Uuid& study, const SiteUpdate& update,
                        const std::function<bool()>& keepGoing);

}  // namespace quorate
