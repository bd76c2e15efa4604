// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <grpcpp/server_context.h>
#include <initializer_list>

#include "core/study/roster.h"
#include "services/aggregation/rounds/registry.h"

namespace quorate::services {

/// What the client's certificate says, checked by TLS against the consortium's CA: member id (CN) and digest of its key.
struct CallerKey {
    Uuid id;
    Digest32 spki;
};
Result<CallerKey> callerKey(const grpc::ServerContext& context);

/// A study and the member of its roster who calls, when the member's role is one of `roles`.
struct Caller {
    std::shared_ptr<StudyHost> study;
    study::Member member;
};
Result<Caller> callerOf(const grpc::ServerContext& context, const Registry& registry, const std::string& study,
                        std::initializer_list<study::Role> roles);

inline constexpr std::initializer_list<study::Role> kPeople = {study::Role::Coordinator, study::Role::SiteReviewer,
                                                               study::Role::Custodian, study::Role::Auditor};

}  // namespace quorate::services
