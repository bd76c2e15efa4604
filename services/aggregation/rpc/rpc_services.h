// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <grpcpp/impl/service_type.h>
#include <memory>

#include "services/aggregation/rounds/registry.h"

namespace quorate::services {

/// The services of quorate.v1 over one registry, which must outlive them. Each call checks its caller's role first.
std::unique_ptr<grpc::Service> makeAttestationRpc(Registry& registry);
std::unique_ptr<grpc::Service> makeStudyRpc(Registry& registry);
std::unique_ptr<grpc::Service> makeReleaseRpc(Registry& registry);
std::unique_ptr<grpc::Service> makeRoundRpc(Registry& registry);
std::unique_ptr<grpc::Service> makeMonitorRpc(Registry& registry);
std::unique_ptr<grpc::Service> makeWitnessRpc(Registry& registry);
std::unique_ptr<grpc::Service> makePreviewRpc(Registry& registry);
std::unique_ptr<grpc::Service> makeInvitationRpc(Registry& registry);
/// For callers without a certificate: on an address of its own, where no other service is.
std::unique_ptr<grpc::Service> makeJoinRpc(Registry& registry);

}  // namespace quorate::services
