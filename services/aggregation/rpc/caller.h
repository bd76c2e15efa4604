// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <grpcpp/server_context.h>

#include "services/aggregation/rounds/registry.h"
#include "services/aggregation/rpc/call_rules.h"

namespace quorate::services {

/// What the client's certificate says: member id (CN) and digest of its key. TLS has checked it against the consortium's CA
/// when the connection began; whether it is valid and its member not revoked is asked at each call.
Result<CallerKey> callerKey(const grpc::ServerContext& context, const Registry& registry);

/// The caller of a call about the consortium, by the newest roster that the service holds.
Result<study::Member> memberCalling(const grpc::ServerContext& context, const Registry& registry, const CallRule& rule);

/// A study and the member of its roster who calls.
struct Caller {
    std::shared_ptr<StudyHost> study;
    study::Member member;
};
/// The caller of a call about a study, when `rule` lets the caller's role make it.
Result<Caller> callerOf(const grpc::ServerContext& context, const Registry& registry, const std::string& study, const CallRule& rule);

}  // namespace quorate::services
