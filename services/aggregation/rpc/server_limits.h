// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <grpcpp/server_builder.h>

namespace quorate::services {

/// What gRPC may hold and how it reads, the same for the service and for the benchmark of its uploads: all connections share
/// one budget of memory, also for messages that turn out too large only once they are here (docs/decisions/0090).
void limitServer(grpc::ServerBuilder& builder);

/// For the address at which strangers can knock: it must not cost what the members' address needs.
void limitJoinServer(grpc::ServerBuilder& builder);

/// Lets memory that one call gave back serve the next one, whichever thread it runs on. Before the first thread.
void limitAllocator();

}  // namespace quorate::services
